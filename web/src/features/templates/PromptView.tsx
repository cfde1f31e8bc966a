/** A version's prompts as they are, beside what they make of real items. */
import { Card, Facts } from '@/ui/Card'
import { CodeEditor } from '@/ui/view'
import { ModelName } from './ModelFields'
import type { Template, TemplateVersion } from './templates'
import { Trial, useTrialSheet } from './Trial'

export function PromptView({ template, version }: { template: Template; version: TemplateVersion }) {
  const [sheetId, setSheetId] = useTrialSheet()
  return (
    <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        {version.system_prompt && (
          <Card title="System prompt">
            <CodeEditor
              readOnly
              label="System prompt"
              language="jinja"
              minHeight="3rem"
              value={version.system_prompt}
            />
          </Card>
        )}
        <Card title="Prompt">
          <CodeEditor readOnly label="Prompt" language="jinja" minHeight="6rem" value={version.user_prompt} />
        </Card>
        <Card title="Settings">
          <Facts
            facts={[
              ['Reads', version.variables.join(', ') || 'no field'],
              ['Shows as pictures', version.image_fields.join(', ') || 'none'],
              ['Labelset', `${version.label_type} v${version.labelset_version}`],
              ['Model', <ModelName key="m" id={version.model.endpoint_id ?? null} />],
              ...(version.notes ? ([['Notes', version.notes]] as const) : []),
            ]}
          />
        </Card>
      </div>
      <Trial template={template} version={version} sheetId={sheetId} onSheet={setSheetId} />
    </div>
  )
}
