// One lead to telecrm's Async API, from Node 18 or later.
//
//   cargo telecrm emulate schema/workspace.yaml -- node examples/other-languages/send.mjs

const { TELECRM_ASYNC_URL, TELECRM_ENTERPRISE_ID, TELECRM_ASYNC_TOKEN } = process.env;

const lead = {
  fields: { phone: "919876543210", name: "Asha Rao", contact_source: "Website", deal_size: 2 },
  actions: [{ type: "ACTION_1003", fields: { page: "https://school.example.com/jee" } }],
};

const url = `${TELECRM_ASYNC_URL}/enterprise/${TELECRM_ENTERPRISE_ID}/autoupdatelead`;
const response = await fetch(url, {
  method: "POST",
  headers: { Authorization: `Bearer ${TELECRM_ASYNC_TOKEN}`, "Content-Type": "application/json" },
  body: JSON.stringify(lead),
  redirect: "error",
});
const answer = await response.text();
// Any other response with 200 comes from a login page or a proxy, and the lead was not queued.
if (response.status !== 200 || JSON.parse(answer).status !== "QUEUED") {
  throw new Error(`not queued: ${response.status} ${answer}`);
}
console.log("QUEUED");
