//! Lines that are indented with characters other than spaces are errors with character and column.

use telecrm_schema::Schema;

const PHONE: &str = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n";

#[track_caller]
fn odd(rest: &str, line: usize, column: usize, message: &str) {
    let yaml = format!("{PHONE}{rest}");
    let error = Schema::from_yaml(&yaml).expect_err("an odd indentation");
    let found = &error.diagnostics()[0];
    assert_eq!(
        (found.rule().name(), found.line(), found.column(), found.message()),
        ("odd-indentation", line, column, message),
        "{error}"
    );
    assert_eq!(error.diagnostics().len(), 1, "{error}");
}

#[test]
fn no_break_space_is_reported_at_its_position() {
    let message = "this line is indented with a no-break space (U+00A0) in column 1";
    odd("\u{A0} - { apiName: name, type: TEXT }\n", 3, 1, message);
    let message = "this line is indented with a no-break space (U+00A0) in column 2";
    odd(" \u{A0}- { apiName: name, type: TEXT }\n", 3, 2, message);
}

#[test]
fn odd_indentation_that_yaml_reads_as_text_is_reported() {
    let list = "  - apiName: source\n    type: DROPDOWN\n    options:\n";
    let message = "this line is indented with a no-break space (U+00A0) in column 7";
    odd(&format!("{list}      - Website\n      \u{A0}- Referral\n"), 7, 7, message);
    let message = "this line is indented with a space (U+3000) in column 5";
    odd(&format!("{list}    \u{3000}- Website\n"), 6, 5, message);
    let message = "this line is indented with a tab in column 1";
    odd(&format!("{list}      - Website\n\t\t- Referral\n"), 7, 1, message);
    let message = "this line is indented with an invisible character (U+200B) in column 5";
    odd(&format!("{list}    \u{200B}- Website\n"), 6, 5, message);
}

#[test]
fn tab_in_the_indentation_is_reported() {
    let message = "this line is indented with a tab in column 1";
    odd("\t- { apiName: name, type: TEXT }\n", 3, 1, message);
}

#[test]
fn odd_spaces_in_texts_and_comments_are_allowed() {
    for rest in [
        "  - apiName: a\n    type: TEXT\n    description: |\n      one\n      \u{A0}two\n      \tthree\n",
        "  - apiName: a\n    type: TEXT\n    description: \"one\n      \u{A0}two\"\n",
        "  - { apiName: a, type: TEXT } # \u{A0}\n\t\n\n",
    ] {
        let yaml = format!("{PHONE}{rest}");
        if let Err(error) = Schema::from_yaml(&yaml) {
            panic!("{error}");
        }
    }
    let json = "{\n\t\"customFields\": [\n\t\t{\"apiName\": \"phone\", \"type\": \"PHONE\", \"isLeadid\": true}\n\t]\n}\n";
    Schema::from_yaml(json).expect("JSON indented with tabs");
    Schema::from_yaml(&format!("\u{FEFF}{PHONE}")).expect("a byte-order mark");
}
