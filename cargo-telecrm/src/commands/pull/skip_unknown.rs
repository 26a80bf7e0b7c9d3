//! `--skip-unknown`: adds fields of unknown types to `codegen: skip`, with a comment.

use std::fmt::Write as _;

use telecrm_schema::FieldType;
use telecrm_schema::yaml::{Node, Value, scalar};

use super::yaml::Yaml;

const COMMENT: &str =
    "# Fields of types that this version does not support; added by `pull --skip-unknown`.";

/// A field whose type is unknown.
#[derive(Debug)]
pub(super) struct Unknown {
    /// The key under `codegen`: `agreed`, `ACTION_1001.agreed`.
    name: String,
    field_type: String,
}

/// The fields of unknown types that are not skipped yet.
pub(super) fn unknown(sections: &[(String, Yaml)], existing: &Node) -> Vec<Unknown> {
    let section =
        |name: &str| sections.iter().find(|(section, _)| section == name).map(|(_, value)| value);
    let mut fields = Vec::new();
    for field in section("customFields").map_or(&[][..], Yaml::items) {
        if let Some(name) = field.get("apiName").and_then(Yaml::as_str) {
            fields.extend(of(name.to_owned(), field));
        }
    }
    for action in section("customActions").map_or(&[][..], Yaml::items) {
        let Some(code) = action.get("code").and_then(Yaml::as_str) else { continue };
        let Some(Yaml::Map(schema)) = action.get("fieldSchema") else { continue };
        fields
            .extend(schema.iter().filter_map(|(name, field)| of(format!("{code}.{name}"), field)));
    }
    let skipped = skipped(existing);
    fields.retain(|field| !skipped.contains(&field.name.as_str()));
    fields
}

fn of(name: String, field: &Yaml) -> Option<Unknown> {
    let field_type = field.get("type").and_then(Yaml::as_str)?;
    let unknown = FieldType::parse(field_type).is_none();
    unknown.then(|| Unknown { name, field_type: field_type.to_owned() })
}

fn skipped(tree: &Node) -> Vec<&str> {
    let skip = tree.get("codegen").and_then(|codegen| codegen.get("skip"));
    skip.map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect()
}

/// Adds these fields to `codegen: skip`. Returns `None` if the section has a form to which nothing can
/// be added.
pub(super) fn added(text: &str, unknown: &[Unknown]) -> Option<String> {
    let root = Node::read("existing", text).ok()?;
    let new = inserted(text, &root, unknown)?;
    let tree = Node::read("new", &new).ok()?;
    let skipped = skipped(&tree);
    let complete = unknown.iter().all(|field| skipped.contains(&field.name.as_str()));
    let unchanged = without_skip(tree) == without_skip(root);
    (complete && unchanged).then_some(new)
}

/// The content of a schema except `codegen: skip`.
fn without_skip(mut tree: Node) -> Node {
    let Value::Mapping(sections) = &mut tree.value else { return tree };
    sections.retain_mut(|(name, section)| {
        if name.as_str() != Some("codegen") {
            return true;
        }
        match &mut section.value {
            Value::Null => false,
            Value::Mapping(entries) => {
                entries.retain(|(key, _)| key.as_str() != Some("skip"));
                !entries.is_empty()
            }
            _ => true,
        }
    });
    tree
}

fn inserted(text: &str, root: &Node, unknown: &[Unknown]) -> Option<String> {
    let Some((key, codegen)) = entry(root, "codegen") else {
        let apart = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
        return Some(format!("{text}{apart}codegen:\n{}", section(2, unknown)));
    };
    let below = below(text, key.span.end);
    match &codegen.value {
        Value::Null => Some(insert(text, below, &section(2, unknown))),
        Value::Mapping(entries) => match entry(codegen, "skip") {
            Some((key, skip)) => in_list(text, key, skip, unknown),
            None if text[codegen.span.start..].starts_with('{') => {
                let comma = if entries.is_empty() { "" } else { ", " };
                let skip = format!(" skip: [{}]{comma}", names(unknown));
                Some(insert(text, codegen.span.start + 1, &skip))
            }
            None => {
                let column = column(text, entries.first()?.0.span.start);
                Some(insert(text, below, &section(column, unknown)))
            }
        },
        _ => None,
    }
}

/// Adds to the list under `skip`.
fn in_list(text: &str, key: &Node, skip: &Node, unknown: &[Unknown]) -> Option<String> {
    let (items, last) = match &skip.value {
        Value::Null => (true, key.span.end),
        Value::Sequence(items) => match items.last() {
            Some(last) => (!text[skip.span.start..].starts_with('['), last.span.end),
            None => {
                return Some(insert(text, skip.span.start + 1, &names(unknown)));
            }
        },
        _ => return None,
    };
    if !items {
        return Some(insert(text, last, &format!(", {}", names(unknown))));
    }
    let column = match &skip.value {
        Value::Sequence(items) => dash(text, items.first()?.span.start)?,
        _ => column(text, key.span.start) + 2,
    };
    Some(insert(text, below(text, last), &lines(column, unknown)))
}

/// The column of the dash before an item.
fn dash(text: &str, item: usize) -> Option<usize> {
    let line = line_start(text, item);
    text[line..item].rfind('-')
}

fn section(column: usize, unknown: &[Unknown]) -> String {
    let indent = " ".repeat(column);
    format!("{indent}{COMMENT}\n{indent}skip:\n{}", lines(column + 2, unknown))
}

fn lines(column: usize, unknown: &[Unknown]) -> String {
    unknown.iter().fold(String::new(), |mut lines, field| {
        let field_type = telecrm_schema::escaped(&field.field_type);
        // Writing to a `String` cannot fail.
        let _ = writeln!(lines, "{}- {} # {field_type}", " ".repeat(column), scalar(&field.name));
        lines
    })
}

fn names(unknown: &[Unknown]) -> String {
    unknown.iter().map(|field| scalar(&field.name)).collect::<Vec<_>>().join(", ")
}

fn entry<'o>(mapping: &'o Node, name: &str) -> Option<&'o (Node, Node)> {
    mapping.entries().iter().find(|(key, _)| key.as_str() == Some(name))
}

fn insert(text: &str, at: usize, new: &str) -> String {
    let (before, after) = text.split_at(at);
    let apart = if new.ends_with('\n') && !before.ends_with('\n') { "\n" } else { "" };
    format!("{before}{apart}{new}{after}")
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The start of the next line.
fn below(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: &str) -> Option<String> {
        let unknown = [("geo", "GEO"), ("ACTION_1.map: x", "MAP\nx")];
        let unknown = unknown
            .map(|(name, field_type)| Unknown { name: name.into(), field_type: field_type.into() });
        added(text, &unknown)
    }

    #[test]
    fn skip_list_is_extended_in_its_layout() {
        let two = "geo # GEO\nINDENT- \"ACTION_1.map: x\" # MAP\\u{a}x\n";
        let lines = |indent: &str| format!("{indent}- {}", two.replace("INDENT", indent));
        let fresh = |indent: &str| {
            format!("{indent}{COMMENT}\n{indent}skip:\n{}", lines(&format!("{indent}  ")))
        };
        let flow = "geo, \"ACTION_1.map: x\"";
        for (text, expected) in [
            ("a: 1\n", format!("a: 1\n\ncodegen:\n{}", fresh("  "))),
            ("codegen:\n# why\nb: 1\n", format!("codegen:\n{}# why\nb: 1\n", fresh("  "))),
            (
                "codegen:\n    # why\n    open: [a]\n",
                format!("codegen:\n{}    # why\n    open: [a]\n", fresh("    ")),
            ),
            (
                "codegen: # c\n  skip: # d\n  - a # e\n",
                format!("codegen: # c\n  skip: # d\n  - a # e\n{}", lines("  ")),
            ),
            (
                "codegen:\n  skip:\n    - a",
                format!("codegen:\n  skip:\n    - a\n{}", lines("    ")),
            ),
            (
                "codegen:\n  skip:\n  open: [a]\n",
                format!("codegen:\n  skip:\n{}  open: [a]\n", lines("    ")),
            ),
            ("codegen:\n  skip: [a] # c\n", format!("codegen:\n  skip: [a, {flow}] # c\n")),
            ("codegen:\n  skip: []\n", format!("codegen:\n  skip: [{flow}]\n")),
            ("codegen: {}\n", format!("codegen: {{ skip: [{flow}]}}\n")),
            ("codegen: { open: [a] }\n", format!("codegen: {{ skip: [{flow}],  open: [a] }}\n")),
            (
                r#"{"codegen": {"skip": ["a"]}}"#,
                format!(r#"{{"codegen": {{"skip": ["a", {flow}]}}}}"#),
            ),
        ] {
            assert_eq!(add(text).as_deref(), Some(expected.as_str()), "{text}");
        }
    }

    #[test]
    fn other_forms_of_the_section_are_refused() {
        for text in ["codegen: [a]\n", "codegen:\n  skip: a\n", "- a\n", "codegen: { open: [a"] {
            assert_eq!(add(text), None, "{text}");
        }
    }
}
