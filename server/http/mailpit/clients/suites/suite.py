"""A project's mail tests as they are written for Mailpit, with the standard library alone.

MAILPIT_URL and SMTP_PORT say where it is; nothing else knows which server answers.
"""

import json
import os
import smtplib
import time
import unittest
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urljoin
from urllib.request import Request, urlopen

BASE = os.environ["MAILPIT_URL"].rstrip("/") + "/"
SMTP_PORT = int(os.environ["SMTP_PORT"])


def call(method, path, body=None, params=None):
    url = urljoin(BASE, path) + ("?" + urlencode(params) if params else "")
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    with urlopen(request, timeout=10) as response:
        return response.status, dict(response.headers), response.read()


def get_json(path, **params):
    return json.loads(call("GET", path, params=params or None)[2])


def send(subject, to="user@example.test", **headers):
    message = EmailMessage()
    message["From"] = "Shop <shop@example.test>"
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Your code is 123456.\n")
    message.add_alternative("<p>Your code is <b>123456</b>.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    with smtplib.SMTP("127.0.0.1", SMTP_PORT, timeout=10) as smtp:
        smtp.send_message(message)


def search_all(query, page_size=250):
    found, start = {}, 0
    while True:
        page = get_json("api/v1/search", query=query, start=start, limit=page_size)
        for summary in page["messages"]:
            found.setdefault(summary["ID"], summary)
        start += len(page["messages"])
        if not page["messages"] or start >= page["messages_count"]:
            return list(found.values())


def wait_for(query, timeout=10):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = search_all(query)
        if found:
            return get_json("api/v1/message/" + found[0]["ID"])
        time.sleep(0.05)
    raise AssertionError("no message for " + query)


class MailTest(unittest.TestCase):
    def setUp(self):
        status, headers, body = call("DELETE", "api/v1/messages")
        self.assertEqual((status, headers["Content-Type"], body), (200, "text/plain", b"ok"))

    def test_ready_and_clock(self):
        self.assertEqual(call("GET", "readyz")[0], 200)
        clock = parsedate_to_datetime(call("GET", "livez")[1]["Date"])
        self.assertLess(abs(datetime.now(timezone.utc) - clock), timedelta(minutes=1))

    def test_server_information(self):
        info = get_json("api/v1/info")
        self.assertIsInstance(info["Version"], str)
        self.assertEqual((info["Messages"], info["Unread"], info["Tags"]), (0, 0, {}))
        self.assertIn("Uptime", info["RuntimeStats"])

    def test_wait_and_read(self):
        send("Your code", X_Tags="Login, Code")
        message = wait_for('addressed:"user@example.test" subject:"Your code"')
        self.assertEqual(message["From"], {"Name": "Shop", "Address": "shop@example.test"})
        self.assertEqual(message["To"], [{"Name": "", "Address": "user@example.test"}])
        self.assertEqual(message["Cc"], [])
        self.assertEqual(message["Tags"], ["Code", "Login"])
        self.assertIn("123456", message["Text"])
        self.assertIn("<b>123456</b>", message["HTML"])
        datetime.fromisoformat(message["Date"].replace("Z", "+00:00"))
        attachment = message["Attachments"][0]
        self.assertEqual(attachment["FileName"], "bill.pdf")
        path = "api/v1/message/%s/part/%s" % (message["ID"], quote(attachment["PartID"]))
        status, headers, body = call("GET", path)
        self.assertEqual((headers["Content-Type"], body), ("application/pdf", b"%PDF-1.4"))
        headers = get_json("api/v1/message/%s/headers" % message["ID"])
        self.assertEqual(headers["Subject"], ["Your code"])
        self.assertEqual(headers["Mime-Version"], ["1.0"])
        raw = call("GET", "api/v1/message/latest/raw")[2]
        self.assertTrue(raw.startswith(b"From: Shop"))

    def test_read_state(self):
        send("One")
        send("Two")
        first = search_all("subject:One")[0]
        self.assertIs(first["Read"], False)
        call("PUT", "api/v1/messages", {"IDs": [first["ID"]], "Read": True})
        self.assertEqual(len(search_all("is:unread")), 1)
        get_json("api/v1/message/latest")
        self.assertEqual(get_json("api/v1/messages", limit=1)["unread"], 0)

    def test_delete(self):
        for subject in ("One", "Two", "Three"):
            send(subject)
        one = search_all("subject:One")[0]["ID"]
        call("DELETE", "api/v1/messages", {"IDs": [one, one, "0000000000000000000000"]})
        call("DELETE", "api/v1/search", params={"query": 'subject:"Two"'})
        self.assertEqual([m["Subject"] for m in get_json("api/v1/messages")["messages"]], ["Three"])

    def test_pages(self):
        for number in range(7):
            send("Page %d" % number)
        self.assertEqual(len(search_all("subject:Page", page_size=3)), 7)
        page = get_json("api/v1/messages", start=2, limit=2)
        self.assertEqual([m["Subject"] for m in page["messages"]], ["Page 4", "Page 3"])
        self.assertEqual((page["total"], page["count"], page["start"]), (7, 2, 2))

    def test_tags(self):
        send("Tagged")
        found = search_all("subject:Tagged")[0]["ID"]
        call("PUT", "api/v1/tags", {"IDs": [found], "Tags": ["Two Words"]})
        self.assertEqual(get_json("api/v1/tags"), ["Two Words"])
        self.assertEqual(len(search_all('tag:"two words"')), 1)

    def test_errors_are_text(self):
        for path, status in (("api/v1/message/unknown", 404), ("api/v1/search?query=", 400),
                             ("api/v1/chaos", 400)):
            with self.assertRaises(HTTPError) as caught:
                call("GET", path)
            self.assertEqual(caught.exception.code, status)
            self.assertEqual(caught.exception.headers["Content-Type"], "text/plain")
            caught.exception.close()


if __name__ == "__main__":
    unittest.main()
