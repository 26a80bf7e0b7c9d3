//! Reading without places finds the same as reading with them.

use proptest::prelude::*;
use telecrm_schema::{Error, Schema, Source, Warning};

/// Everything that a schema says, without its places.
fn shown(result: Result<(Schema, Vec<Warning>), Error>) -> String {
    let (mut schema, warnings) = match result {
        Ok(found) => found,
        Err(error) => return error.to_string(),
    };
    schema.source = Source::new("", "");
    let shown = format!("{schema:?} {warnings:?}");
    let parts = shown.split("Span { start: ").map(|part| {
        // `start: 5, end: 9 }`
        part.split_once('}').filter(|(place, _)| place.contains("end: ")).map_or(part, |it| it.1)
    });
    parts.collect()
}

fn same(yaml: &str) -> Result<(), TestCaseError> {
    let quick = Schema::check_with(Source::new("schema", yaml), |schema, _| schema);
    let whole = Schema::check_yaml("schema", yaml);
    prop_assert_eq!(shown(quick), shown(whole), "{}", yaml);
    Ok(())
}

const FIELD: &str = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n";

/// A scalar as somebody may write it.
fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(vec![
            "true", "Yes", "on", "y", "n", "No", "FALSE", "010", "0x10", "0o7", "1_000", "+5", "1.50", "200", "2.0",
            "1e3", ".inf", ".nan", "-0", "null", "~", "", "'010'", "\"a\"", "Plot #4", "a #b", "a # b", "5,000",
            "a: b", "&x 7", "!!str 7", "99999999999999999999", "1:30", "2024-01-01", "<<", "?", "TEXT",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{0,6}",
        1 => "\\PC{0,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_any_place(a in scalar(), b in scalar(), place in 0..9) {
        let more = match place {
            0 => format!("  - {{ apiName: a, type: TAGS, options: [{a}, {b}] }}\n"),
            1 => format!("  - apiName: {a}\n    type: TAGS\n    options:\n      - {b}\n      - {{ id: {a}, label: {b} }}\n"),
            2 => format!("  - {{ apiName: a, type: TEXT, minLength: {a}, maxLength: {b} }}\n"),
            3 => format!("  - {{ apiName: a, type: TEXT, lockAfterCreate: {a}, description: {b} }}\n"),
            4 => format!("enterprise: {{ id: {a}, name: {b} }}\n"),
            5 => format!("customActions:\n  - code: ACTION_1\n    displayName: {a}\n    allowPredatedActivity: {b}\n"),
            6 => format!("customActions:\n  - code: {a}\n    fieldSchema: {{ {b}: TEXT }}\n"),
            7 => format!("leadStagePipeline:\n  leadStages: [{{ stageType: OPEN, activeStatuses: [{a}, {{ label: {b} }}] }}]\n"),
            _ => format!("codegen: {{ skip: [{a}], rename: {{ fields: {{ phone: {b} }} }} }}\n"),
        };
        same(&format!("{FIELD}{more}"))?;
    }

    #[test]
    fn of_any_text(text in "[a-z:\\[\\]{}, \n\t#0-9'\"&*-]{0,40}") {
        same(&text)?;
        same(&format!("{FIELD}{text}"))?;
    }
}

#[test]
fn odd_indentation_comments_and_commas() {
    for yaml in [
        "\u{A0}",
        "  - { apiName: a, type: TAGS, options: [5,000] }\n",
        "  - { apiName: a, type: TAGS, options: [a, b #c\n] }\n",
        "  - apiName: a\n    type: TAGS\n    options:\n      - a\n\t\t- b\n",
        "  - apiName: a\n    type: TAGS\n    options:\n      - a\n      \u{A0}- b\n",
        "enterprise: { leadIdentifierFieldId: mail }\n",
    ] {
        same(&format!("{FIELD}{yaml}")).expect(yaml);
    }
}
