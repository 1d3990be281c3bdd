#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every plugin that must not be loaded, with the exact message that refuses it.

usage: hostile.py COMPILER TOCSIN INCLUDE-DIR BAD-DIR
"""

import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

COMPILER = sys.argv[1].split()
TOCSIN, INCLUDE, BAD = sys.argv[2:]
STRANGER = 65533
POINTER = struct.calcsize("P")
PLUGIN_SIZE = 16 + 4 * POINTER
UNIT_SIZE = 16 + 6 * POINTER
OPS_SIZE = 8 + 4 * POINTER

failures = []
count = 0


def report(name, problem):
    global count
    count += 1
    print(f"{'not ok' if problem else 'ok'} {count} {name}")
    if problem:
        failures.append(name)
        print("# " + problem.replace("\n", "\n# "))


def build(source, target, *options):
    subprocess.run(
        COMPILER + ["-std=c11", "-shared", "-fPIC", "-fvisibility=hidden", "-I", INCLUDE, *options,
                    "-o", target, os.path.join(BAD, source + ".c")], check=True)
    os.chmod(target, 0o755)


def look(*folders):
    command = [TOCSIN, "plugins", "list", "--json"]
    for folder in folders:
        command.append("--plugin-dir=" + folder)
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def folder():
    path = os.path.realpath(tempfile.mkdtemp(prefix="tocsin-hostile-", dir=TOP))
    os.chmod(path, 0o755)
    return path


def refused(name, expected, *folders, loaded=(), output=""):
    """Looks at the folders: one file is refused for this reason, and these plugins are loaded."""
    result = look(*folders)
    if result.returncode != 78:
        return report(name, f"exit {result.returncode}: {result.stdout}{result.stderr}")
    if not result.stdout.startswith("{"):
        return report(name, f"something was printed before the list: {result.stdout}")
    found = json.loads(result.stdout)
    reasons = [file["reason"] for file in found["refused"]]
    names = [plugin["name"] for plugin in found["plugins"]]
    if reasons != [expected]:
        return report(name, f"found    {reasons}\nexpected ['{expected}']")
    return report(name, "" if names == list(loaded) else f"loaded {names}, not {list(loaded)}")


def source_case(source, reason, file=None):
    place = folder()
    stem = file or source
    path = f"{place}/{stem}.so"
    build(source, path)
    refused(source, f"plugin {stem} ({path}): refused: " + reason.replace("PATH", path), place)


def file_case(name, change, reason, source="good"):
    """A plugin that is fine until something is done to its file."""
    place = folder()
    path = f"{place}/{source}.so"
    build(source, path)
    change(path)
    refused(name, f"plugin {source} ({path}): refused: " + reason.replace("PATH", path), place)


def patch(offset, data):
    def change(path):
        with open(path, "r+b") as file:
            file.seek(offset)
            file.write(data)
    return change


def write(data):
    def change(path):
        with open(path, "wb") as file:
            file.write(data)
    return change


def cut(part):
    def change(path):
        os.truncate(path, int(os.path.getsize(path) * part))
    return change


def set_tag(tag, value):
    """Gives a tag of the dynamic section another value."""
    def change(path):
        with open(path, "r+b") as file:
            image = bytearray(file.read())
            at, length = find_segment(image, 2)  # PT_DYNAMIC
            for entry in range(at, at + length, 2 * POINTER):
                if struct.unpack_from("=Q" if POINTER == 8 else "=I", image, entry)[0] == tag:
                    struct.pack_into("=Q" if POINTER == 8 else "=I", image, entry + POINTER, value)
            file.seek(0)
            file.write(image)
    return change


def find_segment(image, kind):
    """Where a segment of that kind lies in the file, and its length."""
    header = struct.unpack_from("=16sHHIQQQIHHH" if POINTER == 8 else "=16sHHIIIIIHHH", image)
    for index in range(header[10]):
        at = header[5] + index * header[9]
        if POINTER == 8:
            found, _, offset, _, _, size = struct.unpack_from("=IIQQQQ", image, at)
        else:
            found, offset, _, _, size = struct.unpack_from("=IIIII", image, at)
        if found == kind:
            return offset, size
    raise ValueError(f"no segment of kind {kind}")


def make_link(path):
    os.rename(path, path + ".real")
    os.symlink(os.path.basename(path) + ".real", path)


def instead(make):
    """Something else that is no file, where the plugin was."""
    def change(path):
        os.unlink(path)
        make(path)
    return change


def may_make_devices():
    """Root may, unless it is one of a container that may not."""
    path = os.path.join(folder(), "device")
    try:
        make_device(path)
    except PermissionError:
        return False
    os.unlink(path)
    return True


def make_device(path):
    os.mknod(path, 0o644 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero: reading it would not end


def descriptors():
    source_case("magic", "its magic number is 0x4e535431, a plugin's is 0x54534e31; begin the "
                         "descriptor with TOCSIN_PLUGIN_HEAD")
    source_case("size-large", f"its descriptor says that it has 4000 bytes, the file holds "
                              f"{PLUGIN_SIZE}; begin it with TOCSIN_PLUGIN_HEAD")
    source_case("size-small", f"its descriptor says that it has 16 bytes, ABI 1.0 has "
                              f"{PLUGIN_SIZE}; begin it with TOCSIN_PLUGIN_HEAD")
    source_case("symbol-small", f"its tocsin_plugin_v1 has 4 bytes, ABI 1.0 has {PLUGIN_SIZE}; "
                                "build it with <tocsin/plugin.h>")
    source_case("renamed", "it calls itself 'original', the file is renamed.so; rename the file")
    for source in ("abi2", "abi2-field"):
        source_case(source, "built for ABI 2, this program speaks ABI 1; rebuild it against "
                            "tocsin 1.x")
    source_case("no-symbol", "it exports no tocsin_plugin_v1; if it is a plugin, define that with "
                             "TOCSIN_EXPORT")
    source_case("undefined", "cannot be loaded: undefined symbol: no_such_function; try: ldd -r "
                             "PATH")
    for source in ("no-license", "text"):
        source_case(source, "it has no licence, or one that cannot be printed; set .license in its "
                            'descriptor to an SPDX expression such as "MIT"')
    source_case("version", "it has no version, or one that cannot be printed; set .version in its "
                           "descriptor to up to 64 bytes")
    source_case("no-units", "it has no units; list them in .units")
    writable = ("its tocsin_plugin_v1 can be written to; declare it const, and link with "
                "-Wl,-z,relro")
    source_case("writable", writable)
    file_case("without RELRO", lambda path: build("good", path, "-Wl,-z,norelro"), writable)


def units():
    source_case("unit-size", "unit 1: it is one that says that it has 12 bytes, ABI 1.0 has "
                             f"{UNIT_SIZE}; set .size to sizeof(tocsin_unit)")
    source_case("unit-pointer", "unit 1: it is one that cannot be read, ABI 1.0 has "
                                f"{UNIT_SIZE}; set .size to sizeof(tocsin_unit)")
    source_case("unit-name", "unit 1: its name 'Not_A_Name' is not 1 to 40 of [a-z0-9-] with a letter "
                             "first; rename it")
    source_case("summary", "unit 1: 'summary' has no summary, or one that cannot be printed; say in up "
                           "to 200 bytes what it does")
    source_case("unit-twice", "it has two transport units called 'unit-twice'; rename one of them")
    source_case("kind", "unit 1: 'kind' is of kind 9, which ABI 1.0 does not know; use a newer "
                        "tocsin, or an older version of the plugin")
    source_case("serial", "unit 1: 'serial' has the unknown thread rule 7; set .serial to a "
                          "TOCSIN_SERIAL_*")
    source_case("no-ops", "unit 1: 'no-ops' is of kind transport but .transport is NULL; point it "
                          "to its callbacks")
    source_case("two-ops", "unit 1: 'two-ops' is of kind auth but .transport is set; leave it NULL")
    source_case("ops-size", "unit 1: 'ops-size' has a table of callbacks that says that it has 8 "
                            f"bytes, ABI 1.0 has {OPS_SIZE}; set .size to "
                            "sizeof(tocsin_transport_ops)")
    source_case("no-callback", "unit 1: 'no-callback' lacks the callback run(), which every "
                               "transport has; write it")
    source_case("data-callback", "unit 1: 'data-callback' has a run() that is no code; rebuild it")


def settings():
    source_case("key-type", "unit 1: 'key-type': key 'a' has an unknown type; set .type to "
                            "a TOCSIN_KEY_*")
    source_case("key-name", "unit 1: 'key-name': key '?' has a name that is not 1 to 40 of "
                            "[a-z0-9_] with a letter first; rename it")
    source_case("key-default", "unit 1: 'key-default': key 'port' has a default that its own type "
                               "refuses: 'many' is not a whole number; change .fallback")
    source_case("key-size", "unit 1: 'key-size' has settings of which number 1 is damaged or the "
                            "list has no end; give each its size, name and help, and end the list "
                            "with NULL")


    source_case("help", "unit 1: 'help' has settings of which number 1 is damaged or the list has "
                        "no end; give each its size, name and help, and end the list with NULL")
    source_case("key-clash", "its transport unit 'key-clash' does not fit to what every account "
                             "takes: key 'from' is declared as integer here and as string "
                             "elsewhere; rename that setting")


def files():
    machine = 243 if os.uname().machine == "x86_64" else 62
    file_case("symbolic link", make_link, "PATH is a symbolic link; put the file itself there")
    file_case("symbolic link to nothing", instead(lambda path: os.symlink("none.so", path)),
              "PATH is a symbolic link; put the file itself there")
    for name, make in (("FIFO", lambda path: os.mkfifo(path, 0o644)), ("folder", os.mkdir), ("device", make_device)):
        if name != "device" or may_make_devices():
            file_case(f"{name} with a plugin's name", instead(make), "PATH is no regular file; put a file there")
    file_case("writable by the group", lambda path: os.chmod(path, 0o775),
              "PATH can be written by others (mode 0775); chmod go-w PATH")
    file_case("set-user-id", lambda path: os.chmod(path, 0o4755),
              "PATH is set-user-id or set-group-id; chmod ug-s PATH")
    file_case("constructor in an untrusted file", lambda path: os.chmod(path, 0o757),
              "PATH can be written by others (mode 0757); chmod go-w PATH", "constructor")
    file_case("empty", write(b""), "the file is empty; install it again")
    file_case("no ELF", write(b"#!/bin/sh\n"),
              "the file is no ELF shared object; install or build it again")
    file_case("header cut", cut(0.001), "the file is truncated; install it again")
    file_case("second half missing", cut(0.5), "the file is truncated; install it again")
    file_case("last byte missing", lambda path: os.truncate(path, os.path.getsize(path) - 1),
              "the file is truncated; install it again")
    file_case("other machine", patch(18, struct.pack("=H", machine)),
              f"built for {'riscv' if machine == 243 else 'x86-64'}, this program runs on "
              f"{os.uname().machine.replace('_', '-')}; rebuild it")
    file_case("other word size", patch(4, bytes([1 if POINTER == 8 else 2])),
              f"built for {32 if POINTER == 8 else 64} bits, this program has {POINTER * 8}; "
              "rebuild it")
    file_case("no shared object", patch(16, struct.pack("=H", 1)),
              "an ELF file, but no shared object; build it with -shared")
    damaged = "its ELF tables are damaged; install or build it again"
    file_case("string table elsewhere", set_tag(5, 1 << 30), damaged)
    file_case("symbol table elsewhere", set_tag(6, 1 << 30), damaged)
    file_case("symbols of another size", set_tag(11, 7), damaged)
    file_case("no end of its strings", set_tag(10, 1 << 30), damaged)
    file_case("executable stack", lambda path: build("good", path, "-Wl,-z,execstack"),
              "it wants an executable stack, for all of the program; build it with -Wl,-z,noexecstack")
    if os.geteuid() == 0:
        file_case("other owner", lambda path: os.chown(path, STRANGER, STRANGER),
                  f"PATH belongs to user {STRANGER}, not to root; if you trust it: chown root PATH")


def libraries():
    """Folders where the dynamic loader would look for what a plugin needs, and run that first."""
    trap = folder()
    os.mkdir(f"{trap}/open")
    os.chmod(f"{trap}/open", 0o777)
    build("trap", f"{trap}/open/libtrap.so")
    found = f"it looks for libraries in '%s': {trap}/open can be written by others (mode 0777); " \
            f"chmod go-w {trap}/open; or build it without -Wl,-rpath"
    no_folder = "it looks for libraries in '%s', which is no absolute folder; build it without " \
                "-Wl,-rpath, or with a folder from / or $ORIGIN on"

    def needing(*options):
        return lambda path: build("good", path, "-Wl,--no-as-needed", f"-L{trap}/open", "-ltrap",
                                  *options)

    for kind in ("--enable-new-dtags", "--disable-new-dtags"):
        for place in (f"{trap}/open", f"{trap}/open/none", f"/usr/lib:{trap}/open"):
            file_case(f"library path {place} {kind}", needing(f"-Wl,{kind},-rpath,{place}"),
                      found % place.split(":")[-1])
        for place in ("lib", ".", "$LIB/x", "/usr/$PLATFORM", "$ORIGINAL/x"):
            file_case(f"library path {place} {kind}", needing(f"-Wl,{kind},-rpath,{place}"),
                      no_folder % place)
        file_case(f"library path with nothing in it {kind}",
                  needing(f"-Wl,{kind},-rpath,/usr/lib::/lib"), no_folder % "")
    for place in ("$ORIGIN/open", "${ORIGIN}/open"):
        origin = folder()
        os.mkdir(f"{origin}/open")
        os.chmod(f"{origin}/open", 0o777)
        build("good", f"{origin}/good.so", f"-Wl,-rpath,{place}")
        refused(f"library path {place}", f"plugin good ({origin}/good.so): refused: it looks for "
                f"libraries in '{place}': {origin}/open can be written by others (mode 0777); "
                f"chmod go-w {origin}/open; or build it without -Wl,-rpath", origin)
    file_case("library by its path", lambda path: build("good", path, "-Wl,--no-as-needed",
                                                        f"{trap}/open/libtrap.so"),
              found % f"{trap}/open")

    place = folder()
    build("good", f"{place}/good.so", "-Wl,-rpath,$ORIGIN:${ORIGIN}/../none:/usr/lib:/no/such/folder")
    result = look(place)
    report("a library path that nobody else can write to", "" if result.returncode == 0
           else f"exit {result.returncode}: {result.stdout}{result.stderr}")


def names():
    for name, shown in (("Bad_Name", "Bad_Name"), ("go\nod", "go\\nod"), (os.fsdecode(b"go\xffod"), "go\\xffod")):
        place = folder()
        build("good", f"{place}/{name}.so")
        refused(f"file name {shown}", f"plugin {shown} ({place}/{shown}.so): refused: its name '{shown}' is not 1 "
                                      "to 64 of [a-z0-9-] with a letter first; rename it", place)

    place = folder()
    for source in ("same-unit-a", "same-unit-b", "good"):
        build(source, f"{place}/{source}.so")
    refused("two plugins with one unit", f"plugin same-unit-b ({place}/same-unit-b.so): refused: "
            f"its transport unit 'same' is also in {place}/same-unit-a.so; remove one of the two "
            "files", place, loaded=("good", "same-unit-a"))

    first, second = folder(), folder()
    build("good", f"{first}/good.so")
    build("good", f"{second}/good.so")
    refused("one plugin in two folders", f"plugin good ({second}/good.so): refused: there is "
            f"already {first}/good.so; remove one of the two files", first, second,
            loaded=("good",))


def loaded_before():
    """The dynamic loader gives the file that it has when another is that file, or claims to be it."""
    place = folder()
    build("good", f"{place}/twin.so")
    os.link(f"{place}/twin.so", f"{place}/good.so")
    refused("a link to a loaded file", f"plugin twin ({place}/twin.so): refused: the dynamic loader "
            f"takes it for {place}/good.so, which is a link to it or has its path as DT_SONAME; "
            "remove one of the two files", place, loaded=("good",))

    place = folder()
    build("shadow", f"{place}/shadow.so", f"-Wl,-soname,{place}/victim.so")
    build("good", f"{place}/victim.so")
    refused("a name that another file claims", f"plugin victim ({place}/victim.so): refused: the "
            f"dynamic loader takes it for {place}/shadow.so, which is a link to it or has its path "
            "as DT_SONAME; remove one of the two files", place, loaded=("shadow",))


def folder_case(name, prepare, expected):
    place = folder()
    build("constructor", f"{place}/constructor.so")
    path = prepare(place) or place
    result = look(path)
    expected = "tocsin: plugin folder PATH: " + expected + "\n"
    expected = expected.replace("PATH", path).replace("TOP", TOP)
    if (result.returncode, result.stdout, result.stderr) == (78, "", expected):
        return report(name, "")
    return report(name, f"exit {result.returncode}\nfound    {result.stdout}{result.stderr}"
                        f"expected {expected}")


def below(place, target, mode):
    """Moves a folder below one of this mode."""
    os.rename(place, target)
    os.chmod(os.path.dirname(target), mode)
    return target


def folders():
    folder_case("writable folder", lambda path: os.chmod(path, 0o777),
                "PATH can be written by others (mode 0777); chmod go-w PATH")
    folder_case("sticky folder", lambda path: os.chmod(path, 0o1777),
                "PATH can be written by others; chmod go-w it, or use another directory")
    folder_case("relative folder", lambda path: "plugins",
                "directory 'PATH' is not absolute; write it from / on")
    folder_case("missing folder", lambda path: path + ".none",
                "cannot open PATH: No such file or directory; make it, or name another")
    above = os.path.join(folder(), "below")
    folder_case("folder below a writable one", lambda path: below(path, above, 0o777),
                f"{os.path.dirname(above)} can be written by others (mode 0777); chmod go-w "
                f"{os.path.dirname(above)}")
    if os.geteuid() == 0:
        folder_case("folder of another", lambda path: os.chown(path, STRANGER, STRANGER),
                    f"PATH belongs to user {STRANGER}, not to root; if you trust it: chown root "
                    "PATH")


def good():
    place = folder()
    for source in ("good", "constructor"):
        build(source, f"{place}/{source}.so")
    result = look(place)
    found = result.stdout[result.stdout.index("{"):] if "{" in result.stdout else "{}"
    names = [plugin["name"] for plugin in json.loads(found).get("plugins", [])]
    report("good plugins", "" if result.returncode == 0 and names == ["constructor", "good"]
           else f"exit {result.returncode}, {names}: {result.stderr}")
    report("the constructor would have been seen",
           "" if "CONSTRUCTOR RAN" in result.stdout else "it printed nothing")


TOP = os.path.realpath(tempfile.mkdtemp(prefix="tocsin-abi-"))
os.chmod(TOP, 0o755)
os.umask(0o022)
try:
    for part in (good, descriptors, units, settings, files, libraries, names, loaded_before, folders):
        part()
finally:
    shutil.rmtree(TOP)
print(f"1..{count}")
sys.exit(1 if failures else 0)
