"""The documents of the demo company: who keeps them where, and what has become of them."""

from odoo import Command
from odoo.tools import file_open

from odoo.addons.collab_document.models.collab_document_versioned import File

FILES = "collab_document_approval/demo/files/"


def load(env):
    """Make folders and documents, each by the person who would."""
    Story(env).tell()


class Story:
    def __init__(self, env):
        self.env = env
        people = ("director", "manager", "buyer", "owner")
        self.people = {name: env.ref(f"collab_approval.user_{name}") for name in people}

    def tell(self):
        self._company()
        self._purchasing()
        self._management()

    # -- folders ---------------------------------------------------------------------

    def _folder(self, name, above=None, **values):
        folder = {"name": name, "parent_id": above and above.id}
        return self.env["collab.folder"].create(folder | values)

    def _grant(self, role, person=None, group=None, department=None):
        return Command.create(
            {
                "role": role,
                "user_id": person and self.people[person].id,
                "group_id": group and self.env.ref(group).id,
                "department_id": department and self.env.ref(department).id,
            }
        )

    # -- documents -------------------------------------------------------------------

    def _add(self, person, folder, name, file, note=None, **options):
        user = self.people[person]
        [document] = (
            self.env["collab.document"]
            .with_user(user)
            .add_files(folder.with_user(user), [File(name, _bytes(file), note)], **options)
        )
        return document

    def _go_on(self, person, document, file, note, **options):
        document = document.with_user(self.people[person])
        file = File(document.name, _bytes(file), note)
        document.add_version(file, document.sudo().latest_id, **options)

    def _company(self):
        """What everybody reads."""
        company = self._folder(
            "Company",
            sequence=1,
            access_ids=[
                self._grant("owner", "owner"),
                self._grant("editor", "director"),
                self._grant("reader", group="base.group_user"),
            ],
        )
        policies = self._folder("Policies", company, is_controlled=True)
        safety = self._folder("Safety", company)
        self._folder("Forms", company)
        travel = self._add("owner", policies, "Travel Policy.docx", "travel_policy_1.docx")
        travel.action_publish("As decided in January")
        self._go_on("owner", travel, "travel_policy_2.docx", "Hotels 140 EUR; trains first")
        procurement = self._add("owner", policies, "采购管理制度.docx", "procurement_zh.docx")
        procurement.action_publish()
        # from now on it takes the director's approval
        policies.approver_id = self.people["director"]
        self.env["collab.approval.request"].with_user(self.people["owner"]).submit(
            "collab.document", travel.ids, "Prices have risen; trains as the works council asked."
        )
        rules = self._add("director", safety, "Safety in the Warehouse.pdf", "safety.pdf")
        self.env["collab.document.reading"].with_user(self.people["director"]).ask(
            rules.ids, (self.people["buyer"] | self.people["manager"] | self.people["owner"]).ids
        )
        self._add("director", safety, "Warehouse Kiel.png", "warehouse_plan.png")
        self._add("owner", company, "Your First Week.md", "onboarding.md")

    def _purchasing(self):
        """What a department works on."""
        purchasing = self._folder(
            "Purchasing",
            sequence=2,
            access_ids=[
                self._grant("owner", "manager"),
                self._grant("editor", "buyer"),
                self._grant("reader", "director"),
                self._grant("reader", department="collab_approval.department_purchasing"),
            ],
        )
        contracts = self._folder("Contracts", purchasing, keep_days=3650, watermark=True)
        suppliers = self._folder("Suppliers", purchasing)
        contract = self._add(
            "buyer", contracts, "Frame Contract Nordlicht 2026.pdf", "frame_contract_1.pdf"
        )
        self._go_on("manager", contract, "frame_contract_2.pdf", "Two years, and a penalty")
        evaluation = self._add(
            "buyer", suppliers, "Supplier Evaluation.xlsx", "supplier_evaluation.xlsx"
        )
        evaluation.action_check_out(hours=72)
        self._add("buyer", suppliers, "Prices Linden.csv", "prices_linden.csv")

    def _management(self):
        """What hardly anybody sees."""
        self._folder("Management", sequence=3, access_ids=[self._grant("owner", "director")])


def _bytes(name):
    with file_open(FILES + name, "rb") as file:
        return file.read()
