/** What other parts of the app may use of jobs. */
export { JobsIndicator } from './JobsIndicator'
export { JobProgress } from './JobProgress'
export { isOpen, useJob, useJobsFeed, useOpenJobs, type Job } from './jobs'
