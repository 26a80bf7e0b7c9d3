"""One lead to telecrm's Async API, from Python 3.8 or later.

    cargo telecrm emulate schema/workspace.yaml -- python3 examples/other-languages/send.py
"""

import json
import os
import urllib.request

lead = {
    "fields": {"phone": "919876543210", "name": "Asha Rao", "contact_source": "Website", "deal_size": 2},
    "actions": [{"type": "ACTION_1003", "fields": {"page": "https://school.example.com/jee"}}],
}

url = "{TELECRM_ASYNC_URL}/enterprise/{TELECRM_ENTERPRISE_ID}/autoupdatelead".format(**os.environ)
request = urllib.request.Request(url, method="POST", data=json.dumps(lead).encode())
request.add_header("Authorization", "Bearer " + os.environ["TELECRM_ASYNC_TOKEN"])
request.add_header("Content-Type", "application/json")

# Raises an error for every status except 2xx.
with urllib.request.urlopen(request, timeout=30) as response:
    answer = response.read()
    # Any other response with 200 comes from a login page or a proxy, and the lead was not queued.
    if response.status != 200 or json.loads(answer).get("status") != "QUEUED":
        raise SystemExit(f"not queued: {response.status} {answer!r}")
print("QUEUED")
