//! Different spellings of one schema in YAML and JSON generate the same code.

use std::fmt::Write as _;

use indoc::indoc;
use telecrm_codegen::{Config, Error};

const PLAIN: &str = indoc! {r"
    enterprise: { id: abc, name: Acme, leadIdentifierFieldId: phone }
    customFields:
      - { apiName: phone, type: PHONE }
      - { apiName: source, type: DROPDOWN, options: [Website, Cold Call] }
      - { apiName: status, type: STATUS }
    customActions:
      - code: ACTION_1001
        displayName: Site Visit
        fieldSchema: { note: { type: TEXT } }
        allowPredatedActivity: { enabled: true }
    leadStagePipeline:
      leadStages: [{ stageType: OPEN, activeStatuses: [{ label: Fresh }] }]
      activeLeadLostReasons: [{ reasonLabel: Price }]
"};

#[track_caller]
fn code(yaml: &str) -> String {
    match Config::new().generate(yaml) {
        Ok(generated) => {
            assert!(generated.warnings.is_empty(), "{:?}", generated.warnings);
            generated.code
        }
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn assert_same_code(yaml: &str) {
    assert!(code(yaml) == code(PLAIN), "the generated code differs for\n{yaml}");
}

#[test]
fn json_responses_of_the_endpoints_are_a_schema() {
    assert_same_code(indoc! {r##"
        {
          "enterprise": {"name": "Acme", "id": "abc", "creationTimeStamp": 1700000000000, "teamSize": "10",
            "industry": null, "website": "", "leadIdentifierFieldId": "phone", "integrations": []},
          "customFields": {"customFields": [
            {"type": "PHONE", "apiName": "phone", "lockAfterCreate": false, "isLeadid": true, "id": "f1",
              "description": null, "options": []},
            {"type": "DROPDOWN", "apiName": "source", "lockAfterCreate": false, "isLeadid": false, "id": "f2",
              "description": "", "options": [{"id": "o1", "label": "Website"}, {"id": "o2", "label": "Cold Call"}]},
            {"type": "STATUS", "apiName": "status", "lockAfterCreate": false, "isLeadid": false,
              "options": ["Fresh"]}
          ]},
          "customActions": {"customActions": [
            {"code": "ACTION_1", "displayName": "Lead Created", "score": 0, "source": "SYSTEM"},
            {"code": "ACTION_1001", "displayName": "Site Visit", "score": 10, "source": "USER", "id": "a1",
              "icon": "visit", "description": null, "fieldSchema": {"note": {"type": "TEXT"}},
              "displaySchema": {}, "allowPredatedActivity": {"enabled": true}, "quickAdd": true,
              "definitionType": "CUSTOM", "createdOn": 1, "createdBy": "x", "modifiedOn": 1, "modifiedBy": "x"}
          ]},
          "leadStagePipeline": {"leadStages": [{"stageid": "s1", "stageType": "OPEN", "visibility": true,
            "activeStatuses": [{"statusid": "st1", "label": "Fresh", "color": "#fff"}], "archivedStatuses": []}],
            "activeLeadLostReasons": [{"reasonid": "r1", "reasonLabel": "Price", "isDefault": true}],
            "archivedLeadLostReasons": [], "creationTimestamp": 1, "modificationTimestamp": 1,
            "lastModifiedBy": "x", "version": 3}
        }
    "##});
}

#[test]
fn line_ends_byte_order_mark_and_comments_are_accepted() {
    assert_same_code(&PLAIN.replace('\n', "\r\n"));
    assert_same_code(&format!("\u{feff}{PLAIN}"));
    assert_same_code(&format!("%YAML 1.2\n---\n{PLAIN}...\n"));
    assert_same_code(&PLAIN.replace('\n', " # a comment\n"));
}

#[test]
fn anchors_aliases_and_merge_keys_are_resolved() {
    assert_same_code(indoc! {r"
        enterprise: { id: abc, name: &acme Acme, leadIdentifierFieldId: &id phone }
        customFields:
          - &field { apiName: *id, type: PHONE }
          - { <<: *field, apiName: source, type: DROPDOWN, options: [Website, Cold Call] }
          - { <<: [*field], apiName: status, type: STATUS }
        customActions:
          - code: ACTION_1001
            displayName: Site Visit
            fieldSchema: { note: { type: TEXT } }
            allowPredatedActivity: { enabled: true }
        leadStagePipeline:
          leadStages: [{ stageType: OPEN, activeStatuses: [{ label: Fresh }] }]
          activeLeadLostReasons: [{ reasonLabel: Price }]
    "});
}

#[test]
fn alias_of_a_list_is_resolved() {
    let yaml = indoc! {r"
        customFields:
          - { apiName: phone, type: PHONE, isLeadid: true }
          - { apiName: source, type: DROPDOWN, options: &all [a, b] }
          - { apiName: second, type: TAGS, options: *all }
        customActions:
          - { code: ACTION_1, displayName: One, fieldSchema: &fields { x: { type: TAGS, options: *all }, y: { type: DROPDOWN, options: *all } } }
          - { code: ACTION_2, displayName: Two, fieldSchema: *fields }
    "};
    let written_out = yaml
        .replace("&fields ", "")
        .replace(
            "*fields",
            "{ x: { type: TAGS, options: *all }, y: { type: DROPDOWN, options: *all } }",
        )
        .replace("&all ", "")
        .replace("*all", "[a, b]");
    assert_eq!(code(yaml), code(&written_out));
}

#[test]
fn labels_are_read_as_text_and_not_as_yaml_values() {
    let code = code(indoc! {r"
        customFields:
          - { apiName: phone, type: PHONE, isLeadid: true }
          - { apiName: answer, type: DROPDOWN, options: [Yes, No, on, true, 1.50, 010, 0x1F, 1e3, .inf, -0, 12:30, 2026-01-01] }
    "});
    // The table with the label of each variant.
    let table = code.split("impl_labelled!").nth(1).and_then(|rest| rest.split('}').next());
    let labels: Vec<_> = table
        .expect("the field has options")
        .split("= \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(
        labels,
        [
            "Yes",
            "No",
            "on",
            "true",
            "1.50",
            "010",
            "0x1F",
            "1e3",
            ".inf",
            "-0",
            "12:30",
            "2026-01-01"
        ]
    );
}

#[test]
fn generation_is_deterministic() {
    let messy = include_str!("schemas/messy.yaml");
    let first = Config::new().generate(messy).expect("the schema is valid").code;
    let second = Config::new().generate(messy).expect("the schema is valid").code;
    assert!(first == second);
}

/// Asserts that the reader refuses a schema by this rule, before it expands it.
fn refused(yaml: &str, rule: &str) -> Error {
    let error = Config::new().generate(yaml).expect_err("the schema is invalid");
    assert_eq!(error.diagnostics()[0].rule(), rule, "{error}");
    assert!(error.to_string().len() < 2_000, "the report is too long");
    error
}

#[test]
fn ten_thousand_levels_are_refused() {
    refused(&format!("customFields: {}", "[".repeat(10_000)), "yaml-too-deep");
    refused(&format!("{}x", "- ".repeat(10_000)), "yaml-too-deep");
    let block = (0..10_000).fold(String::new(), |block, level| block + &" ".repeat(level) + "a:\n");
    refused(&block, "yaml-too-deep");
}

#[test]
fn alias_bombs_are_refused() {
    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for (name, before) in ('b'..='z').zip('a'..) {
        let aliases = vec![format!("*{before}"); 9].join(",");
        let _ = writeln!(bomb, "{name}: &{name} [{aliases}]");
    }
    refused(&bomb, "yaml-too-large");
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(10_000), "*a,".repeat(10_000));
    refused(&wide, "yaml-too-large");
}

#[test]
fn report_shows_a_part_of_a_long_line() {
    let yaml = format!(
        "{{\"customFields\": [{}{{\"apiName\": \"phone\", \"type\": \"PHON\", \"isLeadid\": true}}]}}",
        "{\"apiName\": \"x\", \"type\": \"TEXT\"},".repeat(2)
    );
    let padded = yaml.replace(
        "\"type\": \"TEXT\"",
        &format!("\"type\": \"TEXT\", \"description\": \"{}\"", "x".repeat(5_000)),
    );
    let error = Config::new().generate(&padded).expect_err("PHON is not a type");
    let report = error.to_string();
    assert!(report.len() < 4_000, "{report}");
    let unknown =
        error.diagnostics().iter().find(|diagnostic| diagnostic.rule() == "unknown-field-type");
    let unknown = unknown.expect("PHON is not a type");
    assert_eq!(
        unknown.column(),
        padded.find("\"PHON\"").expect("the schema contains the type") + 1
    );
}

mod stable_names {
    use proptest::prelude::*;
    use telecrm_codegen::NamedSchema;

    fn idents(labels: &[String]) -> Vec<String> {
        let labels: Vec<String> = labels
            .iter()
            .map(|label| serde_json::Value::from(label.as_str()).to_string())
            .collect();
        let yaml = format!(
            "customFields: [{{ apiName: phone, type: PHONE, isLeadid: true }}, {{ apiName: x, type: DROPDOWN, options: [{}] }}]",
            labels.join(", ")
        );
        let workspace = NamedSchema::from_yaml(&yaml).expect("labels are any text");
        let options = workspace.fields[1].options.as_ref().expect("a dropdown");
        options.labels.iter().map(|label| label.ident.clone()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// The labels have a small alphabet, and therefore often clash.
        #[test]
        fn new_label_at_the_end_renames_no_earlier_label(
            labels in prop::collection::vec("[aA1 +-]{0,4}|Self|All|\\PC{0,3}", 1..12),
            added in "[aA1 +-]{0,4}|\\PC{0,3}",
        ) {
            let before = idents(&labels);
            let mut more = labels.clone();
            more.push(added);
            let after = idents(&more);
            prop_assert_eq!(&after[..before.len()], &before[..]);
            let distinct: std::collections::BTreeSet<_> = after.iter().collect();
            prop_assert_eq!(distinct.len(), after.len());
        }
    }
}

#[test]
fn report_shows_a_limited_number_of_mistakes() {
    let fields = "  - { apiName: x, type: TEXT }\n".repeat(1_000);
    let yaml =
        format!("customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n{fields}");
    let error = Config::new().generate(&yaml).expect_err("the field is repeated a thousand times");
    assert_eq!(error.diagnostics().len(), 999);
    assert!(error.to_string().ends_with("… and 899 more of the same file"));
}

#[test]
fn fields_outside_of_only_are_known_but_not_generated() {
    let fields = "customFields:\n  - { apiName: city, type: DROPDOWN, options: [Delhi, Pune] }\n  \
                  - { apiName: phone, type: PHONE, isLeadid: true }\n  - { apiName: name, type: TEXT }\n  \
                  - { apiName: old, type: CHECKBOX }\n";
    let code = code(&format!("{fields}codegen: {{ only: [name] }}\n"));
    assert!(code.contains("        name: impl ") && !code.contains("city:"), "{code}");
    assert!(!code.contains("City"), "{code}");
    let words: String = code.split_whitespace().collect();
    assert!(words.contains(".ignoring(&[\"old\",\"city\"])"), "{code}");
    assert!(words.contains("Workspace::new(\"phone\","), "{code}");
}
