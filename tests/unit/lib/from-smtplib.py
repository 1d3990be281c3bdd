# SPDX-License-Identifier: MIT
"""docs/from-smtplib.md names all that Python's smtplib has, and all that the headers have, and nothing else."""

import inspect
import re
import smtplib
import sys
from pathlib import Path

TOP = Path(sys.argv[1])
# What smtplib imports for itself.
FOREIGN = set("base64 copy datetime email encode_base64 hmac hashlib io re socket ssl sys".split())
CONSTRUCTORS = (smtplib.SMTP, smtplib.SMTP_SSL, smtplib.LMTP)


def public_names():
    names = {name for name in dir(smtplib) if not name.startswith("_")} - FOREIGN
    for kind in CONSTRUCTORS:
        names |= {name for name in dir(kind) if not name.startswith("_")}
        names |= {name for name in vars(kind()) if not name.startswith("_")}
        names |= set(inspect.signature(kind).parameters) - {"self"}
    return names | {"__enter__", "__exit__"}


def declared():
    text = "".join((TOP / "include/tocsin" / name).read_text() for name in ("smtp.h", "smtp-stream.h"))
    return set(re.findall(r"^[\w \t*]*?\b(tocsin_smtp_\w+)\(", text, re.MULTILINE))


def first_column(text):
    cells = re.findall(r"^\| ([^|]*) \|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def check(name, missing):
    global failed
    failed |= bool(missing)
    print(f"{'not ok' if missing else 'ok'} - {name}", *(f"\n# {each}" for each in sorted(missing)), sep="")


failed = False
document = (TOP / "docs/from-smtplib.md").read_text()
functions = set(re.findall(r"\btocsin_smtp_\w+", document))
constants = set(re.findall(r"\bTOCSIN_\w+", document))
headers = "".join(path.read_text() for path in (TOP / "include/tocsin").glob("*.h"))
assert len(public_names()) > 50 and len(declared()) > 80, "the introspection finds too little"
print("1..5")
check("every public name of smtplib is in the table", public_names() - first_column(document))
check("nothing else is in its first column", first_column(document) - public_names() - {"ValueError"})
check("every function of the headers is in the document", declared() - functions)
check("every function of the document is in the headers", functions - declared())
check("every constant of the document is in the headers", {each for each in constants if each not in headers})
sys.exit(failed)
