//! The new file: header, sections in the old order, and around each line what people wrote there.

use std::collections::{HashMap, HashSet};

use telecrm_codegen::model::Tree;
use telecrm_codegen::outline::Outline;

use super::answers::SECTIONS;
use super::comments::{Comments, Notes};
use super::layout::{self, Line};
use super::old::Old;
use super::path::{Names, Path, Step, name_of, step_to};
use super::yaml::Yaml;

/// For editors, which then check the file while it is written.
const FIRST_LINE: &str = "# yaml-language-server: $schema=workspace.schema.json";

/// The text of the new file, which is known to say what the sections say.
///
/// `Err` where no spelling of them is read back as it was written: a mistake of this program.
pub(super) fn compose(sections: &[(String, Yaml)], old: Old) -> Result<String, Unwritable> {
    let expected = |text: &str, tree: &Tree| {
        Outline::read("new", text).is_ok_and(|new| says(&new.tree(), sections, tree))
    };
    let tree = old.tree.clone();
    let text = written(sections, &old);
    if expected(&text, &tree) {
        return Ok(text);
    }
    let text = written(sections, &old.rewritten());
    if expected(&text, &tree) { Ok(text) } else { Err(Unwritable) }
}

/// The file cannot be written so that it is read back the same.
#[derive(Debug)]
pub(super) struct Unwritable;

/// Whether the new file has these sections, and all that is ours of the old one.
fn says(new: &Tree, sections: &[(String, Yaml)], old: &Tree) -> bool {
    let Tree::Mapping(entries) = new else { return false };
    entries.iter().all(|(name, tree)| match sections.iter().find(|(it, _)| it == name) {
        Some((_, value)) => value.tree() == *tree,
        None => old.get(name) == Some(tree),
    }) && sections.iter().all(|(name, _)| new.get(name).is_some())
        && match old {
            Tree::Mapping(old) => old.iter().all(|(name, _)| new.get(name).is_some()),
            _ => true,
        }
}

fn written(sections: &[(String, Yaml)], old: &Old) -> String {
    let comments = settled(&old.comments, sections);
    let mut out = Vec::new();
    if !old.header.iter().any(|line| line.contains("yaml-language-server")) {
        out.push(FIRST_LINE.to_owned());
    }
    out.extend(old.header.iter().map(|line| line.trim_start_matches('\u{feff}').to_owned()));
    let above_first = out.len();
    for (name, own) in in_order(&old.sections) {
        let path = vec![Step::Key(name.to_owned())];
        let mut lines = Vec::new();
        if let Some(own) = own {
            let notes = comments.get(&path).cloned().unwrap_or_default();
            lines.extend(notes.above);
            lines.extend(own.iter().cloned());
            lines.extend(notes.below);
        } else if let Some((_, value)) = sections.iter().find(|(it, _)| it == name) {
            let has_notes = |path: &Path| {
                comments.keys().any(|it| {
                    it.len() > path.len()
                        && it.starts_with(path)
                        && it[path.len()..].iter().any(|step| matches!(step, Step::Item(..)))
                })
            };
            lines = with_comments(&layout::section(name, value, &has_notes), &comments, &path);
        }
        let apart = lines.first().is_none_or(|line| line.trim().is_empty());
        if out.len() > above_first && !apart {
            out.push(String::new());
        }
        out.extend(lines);
    }
    while out.last().is_some_and(|line| line.trim().is_empty()) {
        out.pop();
    }
    out.push(String::new());
    out.join("\n")
}

/// The sections in the old order, and those that are new where a new file has them.
fn in_order(old: &[(String, Option<Vec<String>>)]) -> Vec<(&str, Option<&[String]>)> {
    let mut order: Vec<(&str, Option<&[String]>)> = Vec::new();
    for (name, lines) in old {
        let repeated = lines.is_none() && order.iter().any(|(it, _)| it == name);
        if !repeated {
            order.push((name, lines.as_deref()));
        }
    }
    for (index, name) in SECTIONS.iter().enumerate() {
        if order.iter().any(|(it, _)| it == name) {
            continue;
        }
        // Right behind the last that comes before it in a new file.
        let place = order.iter().rposition(|(it, _)| SECTIONS[..index].contains(it));
        let first = order.iter().position(|(it, _)| SECTIONS[index..].contains(it));
        order.insert(place.map_or(first.unwrap_or(0), |at| at + 1), (name, None));
    }
    order
}

/// The comments at the places that the new sections have: what is gone takes its comments with it,
/// and what is called otherwise now brings them along.
fn settled(comments: &Comments, sections: &[(String, Yaml)]) -> Comments {
    let mut places = Places::default();
    for (name, value) in sections {
        let mut path = vec![Step::Key(name.clone())];
        places.paths.insert(path.clone());
        places.collect(value, &mut path);
    }
    let mut settled = Comments::new();
    for (path, notes) in comments {
        let section = matches!(path.as_slice(), [Step::Key(_)]);
        let path = if section { Some(path.clone()) } else { places.find(path) };
        let Some(path) = path else { continue };
        let all: &mut Notes = settled.entry(path).or_default();
        all.above.extend(notes.above.iter().cloned());
        all.behind.extend(notes.behind.iter().cloned());
        all.below.extend(notes.below.iter().cloned());
    }
    settled
}

/// All places of the new sections.
#[derive(Default)]
struct Places {
    paths: HashSet<Path>,
    /// By what they were called.
    formerly: HashMap<Path, Path>,
    /// Statuses and lost reasons: they move between stages and into the archive.
    moved: HashMap<(Family, Step), Path>,
}

impl Places {
    fn collect(&mut self, value: &Yaml, path: &mut Path) {
        match value {
            Yaml::Map(entries) => {
                for (key, value) in entries {
                    path.push(step_to(path, key));
                    self.paths.insert(path.clone());
                    self.collect(value, path);
                    path.pop();
                }
            }
            Yaml::List(items) => {
                let mut names = Names::default();
                for item in items {
                    let step = names.step(name_of(item));
                    path.push(step.clone());
                    self.paths.insert(path.clone());
                    let family = Family::of(path);
                    for earlier in item.get("formerly").map_or(&[][..], Yaml::items) {
                        let Some(text) = earlier.as_str() else { continue };
                        let former = Step::Item(text.to_owned(), 0);
                        if let Some(family) = family {
                            self.moved.entry((family, former.clone())).or_insert(path.clone());
                        }
                        let mut former_path = path.clone();
                        former_path.pop();
                        former_path.push(former);
                        self.formerly.entry(former_path).or_insert(path.clone());
                    }
                    if let Some(family) = family {
                        self.moved.insert((family, step), path.clone());
                    }
                    self.collect(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Where the comments of an old place go now.
    fn find(&self, path: &[Step]) -> Option<Path> {
        if self.paths.contains(path) {
            return Some(path.to_vec());
        }
        let (last, above) = path.split_last()?;
        match last {
            // A key that is not written any more: to what it was a key of.
            Step::Key(_) => (!above.is_empty()).then(|| self.find(above)).flatten(),
            Step::Item(..) => {
                if let Some(now) = self.formerly.get(path) {
                    return Some(now.clone());
                }
                self.moved.get(&(Family::of(path)?, last.clone())).cloned()
            }
        }
    }
}

/// What may move within the pipeline, among its own kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    Statuses,
    LostReasons,
}

impl Family {
    /// Of what stands in a list of the pipeline.
    fn of(path: &[Step]) -> Option<Self> {
        match path {
            [Step::Key(section), .., Step::Key(list), Step::Item(..)]
                if section == "leadStagePipeline" =>
            {
                match list.as_str() {
                    "activeStatuses" | "archivedStatuses" => Some(Self::Statuses),
                    "activeLeadLostReasons" | "archivedLeadLostReasons" => Some(Self::LostReasons),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn with_comments(lines: &[Line], comments: &Comments, section: &Path) -> Vec<String> {
    let by_path: HashMap<&Path, usize> =
        lines.iter().enumerate().rev().map(|(index, line)| (&line.path, index)).collect();
    let mut around: Vec<Notes> = vec![Notes::default(); lines.len()];
    for (path, notes) in
        comments.range(section.clone()..).take_while(|(it, _)| it.starts_with(section))
    {
        // The line that it stands on, or that of what it is part of.
        let line = (1..=path.len()).rev().find_map(|end| by_path.get(&path[..end].to_vec()));
        let Some(&line) = line else { continue };
        around[line].above.extend(notes.above.iter().cloned());
        around[line].behind.extend(notes.behind.iter().cloned());
        let own = &lines[line].path;
        let end = lines[line..].iter().take_while(|it| it.path.starts_with(own)).count();
        let indent = " ".repeat(lines[line].indent);
        let below = notes.below.iter().map(|text| indented(&indent, text));
        // What is inside of something ends before it does.
        around[line + end - 1].below.splice(0..0, below);
    }
    let mut out = Vec::new();
    for (line, notes) in lines.iter().zip(around) {
        let indent = " ".repeat(line.indent);
        // There is room for one behind a line.
        let mut behind = notes.behind.into_iter();
        let first = behind.next();
        out.extend(notes.above.iter().cloned().chain(behind).map(|text| indented(&indent, &text)));
        let text = format!("{indent}{}", line.text);
        out.push(match first {
            Some(comment) => format!("{text} {comment}"),
            None => text,
        });
        out.extend(notes.below);
    }
    out
}

fn indented(indent: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}{text}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::commands::pull::keep::keep;

    /// The file that a pull makes of `old`, where telecrm has what `new` says.
    fn pulled(new: &str, old: &str) -> String {
        let old = Old::read("old", old).expect(old);
        let tree = Outline::read("new", new).expect(new).tree();
        let mut sections: Vec<(String, Yaml)> = SECTIONS
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), Yaml::of(tree.get(name)?))))
            .collect();
        keep(&mut sections, &old.tree);
        let text = compose(&sections, old).expect("it can be written");
        let again = Old::read("again", &text).expect(&text);
        let again = compose(&sections, again).expect("it can be written again");
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
    fn a_file_with_comments_everywhere_keeps_them() {
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
    fn sections_keep_their_order_and_new_ones_find_their_place() {
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
    fn a_section_of_ours_is_copied_to_the_byte() {
        let codegen = "codegen:\n    rename :\n      fields:   { 'source' : origin }  # odd\n\n      # x\n      options:\n\n        { source: { Web: Online } }";
        assert!(pulled(NEW, &format!("{codegen}\n")).ends_with(&format!("\n\n{codegen}\n")));
        let new = pulled(NEW, &format!("{codegen}\n\n\n# Fields.\ncustomFields: []\n"));
        assert!(new.contains(&format!("{codegen}\n\n\n# Fields.\ncustomFields:\n")), "{new}");
    }

    #[test]
    fn json_braces_and_aliases_keep_what_is_ours() {
        let json =
            r#"{"customFields": {"customFields": []}, "codegen": {"open": ["source", "1.50"]}}"#;
        let new = pulled(NEW, json);
        assert!(new.ends_with("\ncodegen:\n  open: [source, \"1.50\"]\n"), "{new}");
        let aliases =
            "customFields: [{ apiName: &name source, type: TEXT }]\ncodegen:\n  open: [*name]\n";
        let new = pulled(NEW, aliases);
        assert!(new.ends_with("\ncodegen:\n  open: [source]\n"), "{new}");
    }

    #[test]
    fn a_hash_in_a_text_is_no_comment() {
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
    fn a_file_of_comments_alone_keeps_them_on_top() {
        let new = pulled(NEW, "# mine\n\n# too\n");
        assert!(
            new.starts_with(&format!("{FIRST_LINE}\n# mine\n\n# too\ncustomFields:\n")),
            "{new}"
        );
        let new = pulled(NEW, "\u{feff}---\ncustomFields: []\n");
        assert!(new.starts_with(&format!("{FIRST_LINE}\n---\ncustomFields:\n")), "{new}");
    }

    /// A comment or blank line above a line, and perhaps one behind it.
    fn around() -> impl Strategy<Value = (Option<Option<usize>>, bool)> {
        (prop::option::weighted(0.2, prop::option::of(0..10_usize)), prop::bool::weighted(0.2))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_comment_is_lost_wherever_it_stands(around in prop::collection::vec(around(), 31)) {
            let mut old = format!("{FIRST_LINE}\n");
            let mut comments = 0;
            let lines = NEW.lines().chain(["codegen:", "  open: [source]", "  skip:", "    [city]", "  rename: {}"]);
            for (line, (above, behind)) in lines.zip(around) {
                match above {
                    Some(Some(indent)) => {
                        old += &format!("{}# c{comments}.\n", " ".repeat(indent));
                        comments += 1;
                    }
                    Some(None) => old += "\n",
                    None => {}
                }
                old += line;
                if behind {
                    old += &format!(" # c{comments}.");
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
        fn whatever_telecrm_calls_things_the_file_says_so(
            (a, b, c, d) in ("\\PC{0,6}", "[ -~]{1,8}", any::<String>(), any::<char>())
        ) {
            let field = |name: &str| serde_json::json!({
                "apiName": name, "type": "DROPDOWN", "description": c, "options": [{ "id": a, "label": b }, { "id": d, "label": c }, a],
            });
            let schema = serde_json::json!({ (a.clone()): { "type": "TEXT" }, (c.clone()): { "type": b, "options": [a, c] } });
            let answers = crate::commands::pull::answers::Answers {
                metadata: serde_json::json!({ "id": a, "name": c }),
                fields: serde_json::json!({ "customFields": [field(&a), field(&b), field(&c), c, null, [[c]]] }),
                actions: serde_json::json!({ "customActions": [{ "code": b, "displayName": c, "fieldSchema": schema }] }),
                pipeline: serde_json::json!({ "leadStages": [{ "stageType": c, "activeStatuses": [{ "label": b }, a] }] }),
            };
            let mut sections = answers.sections();
            // `compose` itself compares what is read back.
            let first = compose(&sections, Old::default()).map_err(|_| TestCaseError::fail("unwritable"))?;
            let old = Old::read("old", &first).map_err(|_| TestCaseError::fail(first.clone()))?;
            keep(&mut sections, &old.tree);
            prop_assert_eq!(compose(&sections, old).map_err(|_| TestCaseError::fail("unwritable"))?, first);
        }
    }
}
