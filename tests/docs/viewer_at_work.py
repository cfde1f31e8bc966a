"""What the viewer's page stands on: importing this serves a workbench with some work in it, and signs in as a viewer.

The server ends with the page. Everything that follows on the page, in Python or in a shell, is the viewer's doing.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.served import Served  # found from here only now

from workbench.sdk import Workbench

_served = Served(Path(os.environ["WORKBENCH_HOME"]))
atexit.register(_served.stop)
_served.start()


def _work(wb: Workbench) -> None:
    rows = "".join(f"v{number},Pat Sample {number},came with a cough,{number % 2}\n" for number in range(12))
    Path("visits.csv").write_text("visit,name,note,urgent\n" + rows)
    wb.catalogs.create("clinic")
    wb.catalogs.create_schema("clinic", "desk")
    wb.jobs.wait(wb.tables.upload("visits.csv", "clinic.desk.visits").id)
    wb.governance.set_tags("clinic.desk.visits#name", {"PHI": ""})
    sheet = wb.sheets.create("Visits", {"primary_table": "clinic.desk.visits", "item_key": ["visit"]})
    wb.sheets.publish(sheet.id, version=sheet.version)
    classes = [{"id": "1", "name": "urgent"}, {"id": "0", "name": "not urgent"}]
    labelset = wb.labelsets.create("urgency", "classification", "Urgency", classes=classes)
    wb.labelsets.publish(labelset.id, version=wb.labelsets.version(labelset.id, 1).version)
    for name, prompt in (("Visits, March", "How urgent? {{ note }}"), ("With names", "Urgent, {{ name }}? {{ note }}")):
        template = wb.templates.create(name, label_type="urgency", user_prompt=prompt)
        assert template.draft is not None
        draft = wb.templates.version(template.id, template.draft)
        version = wb.templates.publish(template.id, version=draft.version)
        how = {"mode": "existing_column", "column": "urgent", "trusted": True}
        made = wb.training_sheets.generate(name, sheet_id=sheet.id, template_version_id=version.id, **how)
        assert made.job_id is not None
        wb.jobs.wait(made.job_id)
        made = wb.training_sheets.get(made.id)
        wb.review.approve_training_sheet(made.id, version=made.version)
    march = next(found for found in wb.training_sheets.list() if found.name == "Visits, March")
    export = wb.exports.create(march.id)
    assert export.job_id is not None
    wb.jobs.wait(export.job_id)


with _served.connect() as _admin:
    _work(_admin)
os.environ["WORKBENCH_URL"] = _served.url
os.environ["WORKBENCH_TOKEN"] = _served.invite("vera", "viewer")
