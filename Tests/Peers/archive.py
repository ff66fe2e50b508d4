"""Holds an archive of `samedge archive` to what others expect of it: sha256sum's list, the `rocrate` library, and the RO-Crate
validator, with all that the standard requires and recommends (but for author and publisher, whom a publication adds). Two archives, one made by another date, differ in nothing else; and
an archive imported elsewhere leaves nothing to run there. Exit code 1 where something fails.

    Tests/Peers/run archive.py --samedge .build/static/release/samedge [--profile smoke] [--mirror FOLDER]

The validator wants the standard's JSON-LD context from the network. Where it cannot be reached, the one in `rocrate` stands in,
which is a later version of it, and the script says so.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request

import rdflib.parser
import rocrate
from rocrate.rocrate import ROCrate
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils.http import HttpRequester

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def stand_in_for_the_context():
    """Lets the validator find a context without a network."""
    try:
        urllib.request.urlopen(CONTEXT, timeout=10).close()
        return
    except OSError as error:
        path = pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
        text = path.read_bytes()
        print(f"{CONTEXT} cannot be reached ({error}); version {json.loads(text)['version']} of it, in rocrate, stands in")

    class Answer:
        status_code, headers, content = 200, {"Content-Type": "application/ld+json"}, text

        def json(self):
            return json.loads(text)

    fetch, open_address = HttpRequester.__getattr__, rdflib.parser._urlopen

    def get(self, name):
        known = fetch(self, name)
        if name != "get":
            return known
        return lambda address, *rest, **options: Answer() if address == CONTEXT else known(address, *rest, **options)

    def open_known(request):
        if request.full_url != CONTEXT:
            return open_address(request)
        return urllib.request.urlopen(path.as_uri())

    HttpRequester.__getattr__, rdflib.parser._urlopen = get, open_known


def check(what, fault):
    print(f"{'ok    ' if not fault else 'FAILED'} {what}" + (f": {fault}" if fault else ""))
    return not fault


def unpack(path, folder):
    with tarfile.open(path) as tar:
        members = tar.getmembers()
        tar.extractall(folder, filter="data")
    return folder / members[0].name.split("/")[0], members


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--profile", default="smoke")
    parser.add_argument("--mirror")
    options = parser.parse_args()
    samedge = os.path.abspath(options.samedge)
    data = pathlib.Path(__file__).resolve().parent.parent.parent / "data"
    common = ["--profile", options.profile] + (["--mirror", os.path.abspath(options.mirror)] if options.mirror else [])
    stand_in_for_the_context()
    with tempfile.TemporaryDirectory() as temporary:
        here, there = pathlib.Path(temporary) / "here", pathlib.Path(temporary) / "there"
        for folder in [here, there]:
            shutil.copytree(data, folder / "data")

        def call(*words, folder=here):
            done = subprocess.run([samedge, *words], cwd=folder, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"samedge {' '.join(words)} ended with {done.returncode}: {done.stderr}")
            return done.stdout

        call("archive", "one.tar.gz", *common)
        call("archive", "two.tar.gz", *common)
        call("archive", "other.tar.gz", "--date", "2024-02-29", *common)
        passed = [check("the same bytes twice", "" if (here / "one.tar.gz").read_bytes() == (here / "two.tar.gz").read_bytes()
                        else "they differ")]
        root, members = unpack(here / "one.tar.gz", here / "unpacked")
        other, _ = unpack(here / "other.tar.gz", here / "other")
        differing = sorted(str(path.relative_to(root)) for path in root.rglob("*")
                           if path.is_file() and path.read_bytes() != (other / path.relative_to(root)).read_bytes())
        passed.append(check("another date changes the metadata alone",
                            "" if differing == ["SHA256SUMS", "ro-crate-metadata.json"] else differing))
        odd = [member.name for member in members
               if not member.isfile() or (member.uid, member.gid, member.uname, member.gname, member.mode) != (0, 0, "", "", 0o644)]
        passed.append(check(f"{len(members)} plain files of nobody's", odd))

        sums = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=root, capture_output=True, text=True)
        passed.append(check("sha256sum", sums.stdout + sums.stderr))
        listed = {line[66:] for line in (root / "SHA256SUMS").read_text().splitlines()}
        files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        passed.append(check("the list of digests is whole", sorted(files - listed - {"SHA256SUMS"})))

        crate = ROCrate(root)
        entities = {entity.id: entity for entity in crate.data_entities}
        passed.append(check(f"rocrate finds {len(entities)} files", sorted(files - set(entities) - {"ro-crate-metadata.json"})))
        wrong = [name for name, entity in entities.items() if name in listed and (
            entity["identifier"] != "sha256:" + hashlib.sha256((root / name).read_bytes()).hexdigest()
            or int(entity["contentSize"]) != (root / name).stat().st_size)]
        passed.append(check("their digests and sizes", wrong))

        result = services.validate(services.ValidationSettings(
            rocrate_uri=str(root), profile_identifier="ro-crate-1.1", requirement_severity=Severity.RECOMMENDED))
        # Author and publisher are unknown until somebody publishes it.
        unknown = {"ro-crate-1.1_22.2", "ro-crate-1.1_22.3"}
        issues = [f"{issue.severity.name} {issue.check.identifier}: {issue.message}" for issue in result.get_issues()
                  if issue.check.identifier not in unknown]
        passed.append(check("the RO-Crate validator: all that is required and recommended, but for author and publisher", issues))

        call("import", str(here / "one.tar.gz"), folder=there)
        plan = call("plan", *common, folder=there).splitlines()
        passed.append(check("imported elsewhere: nothing to run", [line for line in plan if line.startswith(("run ", "wait "))]))
        call("run", *common, folder=there)
        figures = pathlib.Path("figures") / options.profile
        unlike = [path.name for path in (here / figures).iterdir() if path.read_bytes() != (there / figures / path.name).read_bytes()]
        passed.append(check("and the same figures", unlike))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
