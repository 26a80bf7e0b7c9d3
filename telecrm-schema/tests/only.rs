//! `codegen: only`: the schema contains all fields, and the generated code only the listed ones.

use telecrm_schema::Schema;

const FIELDS: &str = "customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: name, type: TEXT }
  - { apiName: city, type: DROPDOWN, options: [Delhi, Pune] }
  - { apiName: empty, type: DROPDOWN }
  - { apiName: agreed, type: CHECKBOX }
";

fn generated(schema: &Schema) -> Vec<&str> {
    let fields = schema.fields.iter().filter(|field| field.is_generated);
    fields.map(|field| field.api_name.as_str()).collect()
}

#[test]
fn only_listed_fields_and_the_identifier_are_generated() {
    let schema = Schema::from_yaml(&format!("{FIELDS}codegen: {{ only: [name] }}\n"));
    let schema = schema.expect("fields that are not listed need neither options nor a known type");
    assert_eq!(generated(&schema), ["phone", "name"]);
    let city = schema.field("city").expect("a field that is not generated");
    assert_eq!(city.options().map(|options| options.labels.len()), Some(2));
    assert_eq!(schema.skipped[0].api_name, "agreed");

    let schema = Schema::from_yaml(&format!("{FIELDS}codegen: {{ only: [] }}\n"));
    assert_eq!(generated(&schema.expect("only the identifier")), ["phone"]);
}

#[test]
fn unknown_lead_field_is_an_error() {
    let yaml = format!("{FIELDS}codegen: {{ only: [nam], skip: [agreed, empty] }}\n");
    let error = Schema::from_yaml(&yaml).expect_err("`nam` is a typo");
    let found = &error.diagnostics()[0];
    assert_eq!(found.message(), "unknown lead field in `codegen.only`: `nam`");
    assert_eq!(found.help(), Some("did you mean `name`?"));
}
