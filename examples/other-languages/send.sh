#!/bin/sh
# One lead to telecrm's Async API, with curl.
#
#   cargo telecrm emulate schema/workspace.yaml -- sh examples/other-languages/send.sh
set -eu

answer=$(curl --silent --show-error --fail --max-time 30 \
    "$TELECRM_ASYNC_URL/enterprise/$TELECRM_ENTERPRISE_ID/autoupdatelead" \
    --header "Authorization: Bearer $TELECRM_ASYNC_TOKEN" \
    --header "Content-Type: application/json" \
    --data-raw '{
  "fields": { "phone": "919876543210", "name": "Asha Rao", "contact_source": "Website", "deal_size": 2 },
  "actions": [{ "type": "ACTION_1003", "fields": { "page": "https://school.example.com/jee" } }]
}')
# Any other response with 200 comes from a login page or a proxy, and the lead was not queued.
test "$answer" = '{"status":"QUEUED"}' || { echo "not queued: $answer" >&2; exit 1; }
echo QUEUED
