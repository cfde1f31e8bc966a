/** What pages need to show a source, an answer or a change. */
export { ChatTurns, type ChatTurnsProps } from './ChatTurns'
export { CodeEditor, type CodeEditorProps, type CodeProblem } from './CodeEditor'
export { FileView } from './FileView'
export { ImageView } from './ImageView'
export { JsonView } from './JsonView'
export { PdfView } from './PdfView'
export { SideBySide } from './SideBySide'
