"""`make sbom`: what the addon needs to run, as CycloneDX: sbom.cdx.json.

It says what the manifest says, with the versions that the tests run with (dev/requirements.txt). `--check` only says
whether the file is current.
"""

import ast
import json
import re
import sys
import uuid

from dev.paths import ADDON, ROOT

FILE = ROOT / "sbom.cdx.json"
#: Needed by a part that one may leave out: package -> the part.
OPTIONAL = {
    "IMAPClient": "the listener",
    "prometheus_client": "the metrics page",
    "PyYAML": "the move from the Go bridge",
}
#: SPDX expressions.
LICENSES = {
    "odoo": "LGPL-3.0-only",
    "odoo-addon-helpdesk_mgmt": "AGPL-3.0-only",
    "slack_sdk": "MIT",
    "html2text": "GPL-3.0-or-later",
    "IMAPClient": "BSD-3-Clause",
    "prometheus_client": "Apache-2.0 AND BSD-2-Clause",
    "PyYAML": "MIT",
}
ODOO_VERSION = "19.0"
#: Addons that are part of Odoo itself.
OF_ODOO = {"resource"}


def main(*arguments):
    """Write the file, or check it; returns the exit status."""
    wanted = text()
    if "--check" not in arguments:
        FILE.write_text(wanted)
        print(f"sbom: {FILE.name}: {len(json.loads(wanted)['components'])} components")
        return 0
    if FILE.exists() and FILE.read_text() == wanted:
        return 0
    print(f"{FILE.name} is not current: run `make sbom`")
    return 1


def text():
    """The file's text."""
    return json.dumps(bill(manifest(), pinned()), indent=2) + "\n"


def manifest():
    """The addon's manifest."""
    return ast.literal_eval((ROOT / "__manifest__.py").read_text())


def pinned():
    """Package -> the version that the tests run with."""
    lines = (ROOT / "dev" / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def bill(manifest, versions):
    """The bill of materials as plain data; the same for the same manifest and versions."""
    ours = f"pkg:generic/{ADDON}@{manifest['version']}"
    components = [_component("odoo", ODOO_VERSION, "pkg:generic/odoo@19.0", kind="application")]
    addons = [name for name in manifest["depends"] if name not in OF_ODOO]
    packages = {f"odoo-addon-{name}": "" for name in addons}
    for needed in manifest["external_dependencies"]["python"]:
        name, accepted = re.fullmatch(r"([\w.-]+)(.*)", needed).groups()
        packages[name] = accepted
    for name, accepted in packages.items():
        components.append(_component(name, versions[name], accepted=accepted))
    for name, part in OPTIONAL.items():
        components.append(_component(name, versions[name], part=part))
    required = [one["bom-ref"] for one in components if one["scope"] == "required"]
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": ours,
                "name": ADDON,
                "version": manifest["version"],
                "licenses": [{"expression": "AGPL-3.0-only"}],
                "purl": ours,
            }
        },
        "components": components,
        "dependencies": [
            {"ref": ours, "dependsOn": required},
            *({"ref": one["bom-ref"], "dependsOn": []} for one in components),
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(found, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{number}", **found}


def _component(name, version, purl="", kind="library", accepted="", part=""):
    purl = purl or f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    properties = [("accepted", accepted)] * bool(accepted) + [("needed for", part)] * bool(part)
    found = {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": "optional" if part else "required",
        "licenses": [{"expression": LICENSES[name]}],
        "purl": purl,
    }
    if properties:
        found["properties"] = [{"name": f"{ADDON}:{key}", "value": value} for key, value in properties]
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
