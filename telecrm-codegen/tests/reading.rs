//! One workspace, written down in many ways, is one workspace.

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
fn same(yaml: &str) {
    assert!(code(yaml) == code(PLAIN), "another code comes of\n{yaml}");
}

#[test]
fn the_endpoints_whole_answers_as_json() {
    same(indoc! {r##"
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
fn line_ends_byte_order_mark_and_comments() {
    same(&PLAIN.replace('\n', "\r\n"));
    same(&format!("\u{feff}{PLAIN}"));
    same(&format!("%YAML 1.2\n---\n{PLAIN}...\n"));
    same(&PLAIN.replace('\n', " # a comment\n"));
}

#[test]
fn anchors_aliases_and_merge_keys() {
    same(indoc! {r"
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
fn whole_lists_behind_one_alias() {
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
fn labels_are_their_spelling() {
    let code = code(indoc! {r"
        customFields:
          - { apiName: phone, type: PHONE, isLeadid: true }
          - { apiName: answer, type: DROPDOWN, options: [Yes, No, on, true, 1.50, 010, 0x1F, 1e3, .inf, -0, 12:30, 2026-01-01] }
    "});
    // The table that states each label beside its variant.
    let table = code.split("impl_labelled!").nth(1).and_then(|it| it.split('}').next());
    let labels: Vec<_> = table
        .expect("the field has options")
        .split("= \"")
        .skip(1)
        .filter_map(|it| it.split('"').next())
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
fn two_runs_give_the_same_bytes() {
    let messy = include_str!("schemas/messy.yaml");
    let first = Config::new().generate(messy).expect("the schema holds").code;
    let second = Config::new().generate(messy).expect("the schema holds").code;
    assert!(first == second);
}

/// What an attacker, or an accident, puts in the place of a schema. The rule shows that the reader's
/// budget refused it, before anything grew.
fn refused(yaml: &str, rule: &str) -> Error {
    let error = Config::new().generate(yaml).expect_err("this is no schema");
    assert_eq!(error.diagnostics()[0].rule(), rule, "{error}");
    assert!(error.to_string().len() < 2_000, "the report is as long as the file");
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
fn a_huge_line_is_shown_by_its_middle() {
    let yaml = format!(
        "{{\"customFields\": [{}{{\"apiName\": \"phone\", \"type\": \"PHON\", \"isLeadid\": true}}]}}",
        "{\"apiName\": \"x\", \"type\": \"TEXT\"},".repeat(2)
    );
    let padded = yaml.replace(
        "\"type\": \"TEXT\"",
        &format!("\"type\": \"TEXT\", \"description\": \"{}\"", "x".repeat(5_000)),
    );
    let error = Config::new().generate(&padded).expect_err("PHON is no type");
    let report = error.to_string();
    assert!(report.len() < 4_000, "{report}");
    let unknown = error.diagnostics().iter().find(|it| it.rule() == "unknown-field-type");
    let unknown = unknown.expect("PHON is no type");
    assert_eq!(unknown.column(), padded.find("\"PHON\"").expect("it is there") + 1);
}

mod names_stay {
    use proptest::prelude::*;
    use telecrm_codegen::NamedSchema;

    fn idents(labels: &[String]) -> Vec<String> {
        let labels: Vec<String> =
            labels.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
        let yaml = format!(
            "customFields: [{{ apiName: phone, type: PHONE, isLeadid: true }}, {{ apiName: x, type: DROPDOWN, options: [{}] }}]",
            labels.join(", ")
        );
        let workspace = NamedSchema::from_yaml(&yaml).expect("labels are any text");
        let options = workspace.fields[1].options.as_ref().expect("a dropdown");
        options.labels.iter().map(|it| it.ident.clone()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Labels from a small alphabet, so that many of them meet.
        #[test]
        fn what_is_added_at_the_end_renames_nothing_before_it(
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
fn a_thousand_mistakes_are_not_all_shown() {
    let fields = "  - { apiName: x, type: TEXT }\n".repeat(1_000);
    let yaml =
        format!("customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n{fields}");
    let error = Config::new().generate(&yaml).expect_err("one field stands there a thousand times");
    assert_eq!(error.diagnostics().len(), 999);
    assert!(error.to_string().ends_with("… and 899 more of the same file"));
}

#[test]
fn fields_that_only_does_not_list_are_known_and_have_no_name() {
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
