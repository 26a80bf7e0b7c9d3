//! The validator and the runtime agree on placeholders, although they share no code (D44).

use delivery_tests::Lead;
use serde_json::json;
use telecrm_runtime::{ParseOptions, parse_lead};
use telecrm_schema::Schema;
use telecrm_schema::validate::Validator;

#[test]
fn d44_validator_and_runtime_agree() {
    let schema =
        Schema::from_file(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml"));
    let validator = Validator::new(&schema.expect("the demo workspace"));
    for text in [
        "{{name}}",
        "{{{name}}}",
        "{{ a.b | upper }}",
        "{{first}} {{last}}",
        "{name}",
        "{call me}",
        "{0}",
        "{}",
        "{{}}",
        "${name}",
        "${lead['name']}",
        "%name%",
        "%20%",
        "%first name%",
        "50% or 60%",
        "undefined",
        " null ",
        "NULL",
        "Null",
        "NaN",
        "nan",
        "\\N",
        "\\n",
        "[object Object]",
        "??",
        "?",
        "???? ??",
        "Why??",
        "<test lead: dummy data for full_name>",
        "<test lead",
        "{{name}} Rao",
        "{{name}",
        "{\"a\": 1}",
        "Asha",
    ] {
        let body = json!({ "fields": { "phone": "919999999999", "name": text } });
        let violations = validator.validate(&body).expect("a request").violations;
        let is_warned = violations.iter().any(|violation| violation.rule.id() == "D44");
        let form = [("phone", "919999999999"), ("name", text)];
        let parsed = parse_lead::<Lead>(form, &ParseOptions::new());
        let is_refused = parsed.is_err_and(|errors| errors.iter().any(|error| error.id() == "D44"));
        assert_eq!(is_warned, is_refused, "{text}");
    }
}
