//! Tests of the whole new file: its kept parts, and that a second pull changes nothing.

use std::fmt::Write as _;

use proptest::prelude::*;
use telecrm_schema::yaml::Node;
use test_support::random_cases;

use super::carry_over::carry_over;
use super::compose::compose;
use super::existing::Existing;
use super::projection::{Responses, SECTIONS};
use super::yaml::Yaml;
use crate::schema::editor::FIRST_LINE;

/// The file that a pull writes over `old` if telecrm has the schema `new`.
fn pulled(new: &str, old: &str) -> String {
    let old = Existing::read("old", old).expect(old);
    let tree = Node::read("new", new).expect(new);
    let mut sections: Vec<(String, Yaml)> = SECTIONS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Yaml::of(tree.get(name)?))))
        .collect();
    carry_over(&mut sections, &old.tree);
    let text = compose(&sections, old).expect("it can be written").text;
    let again = Existing::read("again", &text).expect(&text);
    let again = compose(&sections, again).expect("it can be written again").text;
    assert_eq!(again, text, "a second pull changes nothing");
    text
}

const NEW: &str = "\
customFields:
  - { apiName: phone, type: PHONE }
  - apiName: source
    type: DROPDOWN
    options:
      - { id: o1, label: Web }
      - { id: o2, label: Phone }
  - { apiName: city, type: TEXT, id: f9 }
customActions:
  - code: ACTION_1
    displayName: Visit
    fieldSchema:
      note: { type: TEXT }
      outcome: { type: DROPDOWN, options: [Good, Bad] }
leadStagePipeline:
  leadStages:
    - stageType: OPEN
      activeStatuses:
        - { statusid: s1, label: Fresh }
    - stageType: LOST
      archivedStatuses:
        - { statusid: s2, label: Old }
  activeLeadLostReasons:
    - { reasonid: r1, reasonLabel: Price }
";

#[test]
fn comments_at_any_place_are_kept() {
    let old = "\
# yaml-language-server: $schema=../workspace.schema.json
# Ours, all of it.

# The fields.
customFields: # as of May
  # How we find them.
  - { apiName: phone, type: PHONE } # never empty
  - apiName: gone # a field that is no more
    type: TEXT

  # --- marketing ---
  # asked by sales
  - apiName: source # a list
    type: DROPDOWN # not tags
    options: # hand-made
      # online
      - { id: o1, label: Web } # '#1'
      - { id: o2, label: Call } # by phone
      # - { id: o3, label: Fax }
  # the end of the fields

customActions:
  - code: ACTION_1
    displayName: \"Visit # of a kind\"
    # of the action
    fieldSchema:
      note: { type: TEXT } # free
      # how it went
      outcome:
        type: DROPDOWN
        options:
          - Good # great
          - Bad
# Asked for by name.
codegen: # ours
  # why
  open: [source]   # still

  skip: []
# The pipeline.
leadStagePipeline:
  version: 3 # of telecrm
  leadStages:
    - stageType: OPEN # first
      activeStatuses:
        - { statusid: s1, label: Fresh } # new ones
        # moved since
        - { statusid: s2, label: Old } # archived since
# The very end.
";
    let expected = "\
# yaml-language-server: $schema=../workspace.schema.json
# Ours, all of it.

# The fields.
customFields: # as of May
  # How we find them.
  - { apiName: phone, type: PHONE } # never empty

  # --- marketing ---
  # asked by sales
  - apiName: source # a list
    type: DROPDOWN # not tags
    options: # hand-made
      # online
      - { id: o1, label: Web } # '#1'
      - { id: o2, label: Phone, formerly: [Call] } # by phone
      # - { id: o3, label: Fax }
  # the end of the fields
  - { apiName: city, type: TEXT, id: f9 }

customActions:
  - code: ACTION_1
    displayName: Visit
    # of the action
    fieldSchema:
      note: { type: TEXT } # free
      # how it went
      outcome:
        type: DROPDOWN
        options:
          - Good # great
          - Bad

# Asked for by name.
codegen: # ours
  # why
  open: [source]   # still

  skip: []

# The pipeline.
leadStagePipeline: # of telecrm
  leadStages:
    - stageType: OPEN # first
      activeStatuses:
        - { statusid: s1, label: Fresh } # new ones
    - stageType: LOST
      archivedStatuses:
        # moved since
        - { statusid: s2, label: Old } # archived since
  activeLeadLostReasons:
    - { reasonid: r1, reasonLabel: Price }
# The very end.
";
    let new = pulled(NEW, old);
    assert_eq!(new, expected, "\n{new}");
}

#[test]
fn sections_keep_their_order_and_new_sections_get_a_place() {
    let order = |old: &str| -> Vec<String> {
        let new = pulled(NEW, old);
        let keys = new.lines().filter(|line| !line.starts_with([' ', '#']) && !line.is_empty());
        keys.map(|line| line.trim_end_matches(':').to_owned()).collect()
    };
    let three = ["customFields", "customActions", "leadStagePipeline"];
    assert_eq!(order(""), three);
    assert_eq!(
        order("codegen: {}\ncustomActions: []\n"),
        ["codegen: {}", "customFields", "customActions", "leadStagePipeline"]
    );
    assert_eq!(
        order("leadStagePipeline: {}\nnotes: [ours]\ncustomFields: []\n"),
        ["leadStagePipeline", "notes: [ours]", "customFields", "customActions"]
    );
}

#[test]
fn other_sections_are_copied_byte_for_byte() {
    let codegen = "codegen:\n    rename :\n      fields:   { 'source' : origin }  # odd\n\n      # x\n      options:\n\n        { source: { Web: Online } }";
    assert!(pulled(NEW, &format!("{codegen}\n")).ends_with(&format!("\n\n{codegen}\n")));
    let new = pulled(NEW, &format!("{codegen}\n\n\n# Fields.\ncustomFields: []\n"));
    assert!(new.contains(&format!("{codegen}\n\n\n# Fields.\ncustomFields:\n")), "{new}");
}

#[test]
fn json_braces_and_aliases_keep_other_sections() {
    let json = r#"{"customFields": {"customFields": []}, "codegen": {"open": ["source", "1.50"]}}"#;
    let new = pulled(NEW, json);
    assert!(new.ends_with("\ncodegen:\n  open: [source, \"1.50\"]\n"), "{new}");
    let aliases =
        "customFields: [{ apiName: &name source, type: TEXT }]\ncodegen:\n  open: [*name]\n";
    let new = pulled(NEW, aliases);
    assert!(new.ends_with("\ncodegen:\n  open: [source]\n"), "{new}");
}

#[test]
fn hash_in_a_text_begins_no_comment() {
    let old = "\
customFields:
  - apiName: phone
    description: |
      one
      # two

      three # four
    type: PHONE
  - { apiName: city, description: 'a # b
    # c', type: TEXT } # d
  - apiName: source
    description: >-
      folded # e
    options: [a#b, \"c #d\",
      # of the list
      Web]
";
    let new = pulled(NEW, old);
    let comments: Vec<_> = new.lines().filter(|line| line.contains('#')).skip(1).collect();
    assert_eq!(
        comments,
        ["      # of the list", "  - { apiName: city, type: TEXT, id: f9 } # d"],
        "{new}"
    );
}

#[test]
fn comments_of_a_file_without_sections_stay_on_top() {
    let new = pulled(NEW, "# mine\n\n# too\n");
    assert!(new.starts_with(&format!("{FIRST_LINE}\n# mine\n\n# too\ncustomFields:\n")), "{new}");
    let new = pulled(NEW, "---\ncustomFields: []\n");
    assert!(new.starts_with(&format!("{FIRST_LINE}\n---\ncustomFields:\n")), "{new}");
}

/// A comment or blank line above a line, and a comment after it.
fn around() -> impl Strategy<Value = (Option<Option<usize>>, bool)> {
    (prop::option::weighted(0.2, prop::option::of(0..10_usize)), prop::bool::weighted(0.2))
}

proptest! {
    #![proptest_config(random_cases(50))]

    #[test]
    fn every_comment_is_kept(around in prop::collection::vec(around(), 31)) {
        let mut old = format!("{FIRST_LINE}\n");
        let mut comments = 0;
        let lines = NEW.lines().chain(["codegen:", "  open: [source]", "  skip:", "    [city]", "  rename: {}"]);
        for (line, (above, behind)) in lines.zip(around) {
            match above {
                Some(Some(indent)) => {
                    writeln!(old, "{}# c{comments}.", " ".repeat(indent)).expect("a text");
                    comments += 1;
                }
                Some(None) => old += "\n",
                None => {}
            }
            old += line;
            if behind {
                write!(old, " # c{comments}.").expect("a text");
                comments += 1;
            }
            old += "\n";
        }
        let new = pulled(NEW, &old);
        for number in 0..comments {
            prop_assert_eq!(new.matches(&format!("# c{number}.")).count(), 1, "{}\n{}\n{}", number, old, new);
        }
    }

    #[test]
    fn any_telecrm_names_are_written_and_read_back(
        (a, b, c, d) in ("\\PC{0,6}", "[ -~]{1,8}", any::<String>(), any::<char>())
    ) {
        let field = |name: &str| serde_json::json!({
            "apiName": name, "type": "DROPDOWN", "description": c, "options": [{ "id": a, "label": b }, { "id": d, "label": c }, a],
        });
        let schema = serde_json::json!({ (a.clone()): { "type": "TEXT" }, (c.clone()): { "type": b, "options": [a, c] } });
        let responses = Responses {
            metadata: serde_json::json!({ "id": a, "name": c }),
            fields: serde_json::json!({ "customFields": [field(&a), field(&b), field(&c), c, null, [[c]]] }),
            actions: serde_json::json!({ "customActions": [{ "code": b, "displayName": c, "fieldSchema": schema }] }),
            pipeline: serde_json::json!({ "leadStages": [{ "stageType": c, "activeStatuses": [{ "label": b }, a] }] }),
        };
        let mut sections = responses.sections();
        // `compose` itself compares the text with the sections.
        let first = compose(&sections, Existing::default()).map_err(|_| TestCaseError::fail("unwritable"))?.text;
        let old = Existing::read("old", &first).map_err(|_| TestCaseError::fail(first.clone()))?;
        carry_over(&mut sections, &old.tree);
        prop_assert_eq!(compose(&sections, old).map_err(|_| TestCaseError::fail("unwritable"))?.text, first);
    }
}
