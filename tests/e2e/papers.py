"""What the people of the document tests have on their desks, and how they get it into Odoo."""

import hashlib
import os
import uuid
import zipfile
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import expect

DEMO = Path(__file__).parents[2] / "addons/collab_document_approval/demo/files"

#: How they call things in their language
ENGLISH = SimpleNamespace(
    locale="en-US",
    manual="Quality Manual",
    handbook="Handbook",
    trips="Trips",
    rules="Rules",
    suppliers="Suppliers and Prices",
    contracts="Signed Contracts",
    records="Archive",
    safety="Safety at Work",
    field="Field Service",
    policy="Travel Policy.docx",
    prices="Price List.csv",
    contract="Frame Contract.pdf",
    instruction="Safety in the Warehouse.pdf",
    minutes="Minutes 2026-{:02}.txt",
    drawings="Drawings.zip",
    changes="140 EUR; trains first",
    regret="The penalty was not agreed",
    matter="Tax audit 2026",
    before=[
        "Travel Policy",
        "For everybody who travels for the company.",
        "Book trains and flights two weeks ahead, through the travel desk.",
        "Hotels: up to 120 EUR a night, breakfast included.",
        "Hand in receipts within 30 days.",
    ],
    after=[
        "Travel Policy",
        "For everybody who travels for the company.",
        "Book trains and flights two weeks ahead, through the travel desk.",
        "Hotels: up to 140 EUR a night, breakfast included; up to 180 EUR in Shanghai.",
        "Hand in receipts within 30 days.",
        "Where a train takes less than five hours, take the train.",
    ],
    price=("120", "140"),
)
CHINESE = SimpleNamespace(
    locale="zh-CN",
    manual="质量手册",
    handbook="员工手册",
    trips="差旅管理",
    rules="规章制度",
    suppliers="供应商与报价",
    contracts="已签合同",
    records="档案室",
    safety="安全生产",
    field="外勤服务",
    policy="差旅管理办法.docx",
    prices="报价单.csv",
    contract="框架采购合同.pdf",
    instruction="仓库安全须知.pdf",
    minutes="会议纪要 2026-{:02}.txt",
    drawings="设计图纸.zip",
    changes="提高住宿标准，优先乘坐高铁",
    regret="违约金条款未达成一致",
    matter="2026 年税务检查",
    before=[
        "差旅管理办法",
        "本办法适用于公司全体员工。",
        "请提前两周通过差旅服务台预订车票和机票。",
        "住宿标准：每晚不超过 500 元，含早餐。",
        "请在 30 日内提交报销票据。",
    ],
    after=[
        "差旅管理办法",
        "本办法适用于公司全体员工。",
        "请提前两周通过差旅服务台预订车票和机票。",
        "住宿标准：每晚不超过 600 元，含早餐；上海不超过 800 元。",
        "请在 30 日内提交报销票据。",
        "高铁五小时以内可达的，应优先乘坐高铁。",
    ],
    price=("500", "600"),
)
WORDS = {"en_US": ENGLISH, "zh_CN": CHINESE}


def word_file(path, lines):
    """Write a document of Word; return its path."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    with (
        zipfile.ZipFile(DEMO / "travel_policy_1.docx") as model,
        zipfile.ZipFile(path, "w") as made,
    ):
        for name in model.namelist():
            content = model.read(name).decode()
            if name == "word/document.xml":
                head, _, rest = content.partition("<w:body>")
                content = f"{head}<w:body>{paragraphs}</w:body>{rest.partition('</w:body>')[2]}"
            made.writestr(name, content)
    return path


def twenty_files(folder, words):
    """Return paths of files of many types, one of which takes a while."""
    named = {
        "采购管理制度.docx": "procurement_zh.docx",
        "Supplier Evaluation.xlsx": "supplier_evaluation.xlsx",
        words.instruction: "safety.pdf",
        "Warehouse Kiel.png": "warehouse_plan.png",
        "Your First Week.md": "onboarding.md",
        words.prices: "prices_linden.csv",
    }
    paths = [word_file(folder / words.policy, words.before), folder / words.drawings]
    with zipfile.ZipFile(paths[-1], "w") as archive:
        archive.writestr("hall 2.dwg", os.urandom(600_000))
    for name, file in named.items():
        paths.append(folder / name)
        paths[-1].write_bytes((DEMO / file).read_bytes())
    for month in range(1, 13):
        paths.append(folder / words.minutes.format(month))
        paths[-1].write_text(f"Month {month}\n")
    assert len(paths) == 20
    return paths


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Dragged:
    """Files in the hand of somebody who drags them from the desktop over a page."""

    def __init__(self, page, *paths):
        self.browser = page.context.new_cdp_session(page)
        self.data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}

    def over(self, target):
        box = target.bounding_box()
        self.spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._send("dragEnter")
        self._send("dragOver")
        return self

    def drop(self):
        # as long as files are held somewhere, browsers say so again and again; the first time
        # something else may have come below them
        self._send("dragOver")
        self._send("drop")

    def _send(self, kind):
        event = {"type": kind, "data": self.data, **self.spot}
        self.browser.send("Input.dispatchDragEvent", event)


class SlowLine:
    """While this is entered, what a page sends takes its time."""

    def __init__(self, page, bytes_per_second=250_000):
        self.browser = page.context.new_cdp_session(page)
        self.speed = bytes_per_second

    def __enter__(self):
        self._limit(self.speed)

    def __exit__(self, *_error):
        self._limit(-1)

    def _limit(self, upload):
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        self.browser.send("Network.emulateNetworkConditions", {"offline": False, **speed})


class Folder:
    """A folder of the owner, in which the buyer is editor and everybody reads."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        owner, admin = server.rpc("owner"), server.rpc("admin")
        access = [
            (0, 0, {"role": "editor", "user_id": server.rpc("buyer").uid}),
            (0, 0, {"role": "reader", "group_id": admin.ref("base.group_user")}),
        ]
        self.id = owner.call("collab.folder", "create", {"name": name, "access_ids": access})

    def rule(self, **values):
        """Let the owner of the folder say how it is to be."""
        self.server.rpc("owner").call("collab.folder", "write", [self.id], values)

    def put(self, path, name, document=None):
        """Have the buyer send a file; return the id of the document."""
        session, data = self.server.rpc("buyer"), path.read_bytes()
        query = {"key": uuid.uuid4().hex, "name": name, "size": len(data)}
        if document:
            [row] = session.call("collab.document", "read", [document], ["version_id"])
            query |= {"document_id": document, "base_id": row["version_id"][0]}
        else:
            query |= {"folder_id": self.id}
        answer = session.http.post(
            f"{self.server.url}/collab/document/upload",
            params=query,
            data=data,
            headers={"Content-Type": "application/octet-stream"},
            timeout=60,
        ).json()
        assert "error" not in answer, answer["error"]
        return answer["document_id"]

    def open(self, person):
        """Show the folder to somebody; return their page."""
        page = person.open(f"/odoo/collab-documents?folder={self.id}")
        current = page.locator(".o_collab_folder_current, .o_collab_folders_current")
        expect(current).to_contain_text(self.name)
        return page

    def hashes(self):
        """Return name → SHA-256 of the latest version of what is in it."""
        rows = self.server.sql(
            "SELECT document.name, version.sha256 FROM collab_document document"
            " JOIN collab_document_version version ON version.id = document.latest_id"
            f" WHERE document.folder_id = {self.id}"
        )
        return dict(row.rsplit("|", 1) for row in rows.splitlines())


def texts_are_read(server):
    """Wait until the words in all files were read, which is done beside."""
    admin = server.rpc("admin")
    job = admin.ref("collab_document.ir_cron_read_contents")
    while server.sql("SELECT 1 FROM collab_document_content WHERE state = 'waiting' LIMIT 1"):
        # refused while it is at it
        admin.try_call("ir.cron", "method_direct_trigger", [job])
