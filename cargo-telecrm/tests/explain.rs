//! `cargo telecrm explain`, through the built binary.

use std::process::Command;

use telecrm_schema::validate::DropRule;
use telecrm_schema::{Explanation, Rule};

fn explain(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["telecrm", "explain"]).args(arguments).env("NO_COLOR", "1");
    let output = command.output().expect("the binary is built");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8 goes out");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_row_of_the_catalogue_and_every_rule_of_the_schema_is_explained() {
    let drops = DropRule::ALL.iter().map(|rule| rule.explanation());
    for explanation in drops.chain(Rule::ALL.iter().map(|rule| rule.explanation())) {
        let (code, out, err) = explain(&[explanation.id]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{}", explanation.id);
        let Explanation { id, title, effect, reason, example, fix, .. } = explanation;
        let example = example.replace('\n', "\n    ");
        for part in [id, title, effect, reason, &example, fix] {
            assert!(out.contains(part), "{id}: {part:?} is not in {out}");
        }
    }
}

#[test]
fn ids_are_case_insensitive_and_unknown_ids_are_exit_2() {
    assert_eq!(explain(&["d06"]).0, Some(0));
    let (code, out, err) = explain(&["D99\u{1b}[2J"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("there is no rule `D99\\u{1b}[2J`") && err.contains("hint: "), "{err}");
    let (code, _, err) = explain(&["unknown-field-typ"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean `unknown-field-type`?"), "{err}");
    assert_eq!((explain(&[]).0, explain(&[""]).0), (Some(2), Some(2)));
}

#[test]
fn point_11_rule_and_assumption_are_explained_with_their_provenance() {
    let (code, out, _) = explain(&["D20"]);
    assert_eq!(code, Some(0));
    let provenance = out.split("Provenance\n").nth(1).expect("a section");
    assert_eq!(
        provenance,
        "unknown\n  \
           A06: a bad identifier drops the whole lead (inferred)\n  \
           A10: an empty text leaves the stored value unchanged (unknown)\n"
    );
    let (code, out, _) = explain(&["a10"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        out,
        "A10: an empty text leaves the stored value unchanged\n\n\
         Provenance\nunknown\n\nRules that depend on it\nD20\n\n\
         Check\ncargo telecrm probe --only A10\n\n\
         In the emulator\n--behavior empty_text=keep|clear|store\n"
    );
    assert_eq!(explain(&["A46"]).0, Some(2));
}
