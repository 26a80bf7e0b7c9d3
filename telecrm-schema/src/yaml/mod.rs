//! YAML: tree of nodes with positions, syntax errors, and formatting of scalars.

mod indentation;
mod node;
mod spell;
mod tree;
mod yaml_error;

pub use self::node::{Node, Value};
pub use self::spell::{key, scalar};
use crate::diagnostic::{Error, Report, Source};

impl Node {
    /// Reads a text as YAML and checks only its syntax. Reports show `name` as its path.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not YAML, or is larger or nested deeper than any schema.
    pub fn read(name: &str, text: &str) -> Result<Self, Error> {
        let mut report = Report::new(Source::new(name, text));
        let root = parse(&mut report);
        report.finish(root).map(|(root, _)| root)
    }
}

/// Reads the text of the report's source as YAML.
pub(crate) fn parse(report: &mut Report) -> Option<Node> {
    match tree::read(report.source().text()) {
        Ok(tree) => {
            indentation::check(&tree.bare, report);
            (!report.has_errors()).then_some(tree.root)
        }
        Err(fault) => {
            yaml_error::explain(&fault, report);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsupported_schema_is_read_with_spans() {
        let yaml = "customFields:\n  - { apiName: agreed, type: CHECKBOX, score: 010 } # note\n";
        let root = Node::read("schema.yaml", yaml).expect("it is YAML");
        assert_eq!(&yaml[root.entries()[0].0.span.range()], "customFields");
        let field = &root.get("customFields").expect("fields").items()[0];
        let field_type = field.get("type").expect("a type");
        assert_eq!(&yaml[field_type.span.range()], "CHECKBOX");
        assert_eq!(field.get("score").and_then(Node::as_str), Some("010"));
        assert_eq!(root.get("codegen"), None);
        assert!(field.items().is_empty() && field_type.entries().is_empty());
    }

    #[test]
    fn nodes_with_equal_content_are_equal_at_any_position() {
        let read = |yaml| Node::read("schema.yaml", yaml).expect("it is YAML");
        assert_eq!(read("a: [1, {b: c}]"), read("# note\n'a':\n  - \"1\"\n  - b: c\n"));
        assert_ne!(read("a: [1.50]"), read("a: [1.5]"));
        assert_ne!(read("a: ~"), read("a: \"~\""));
    }

    #[test]
    fn invalid_yaml_is_an_error() {
        let error = Node::read("old.yaml", "a: [b\n").expect_err("no end");
        assert_eq!(error.diagnostics()[0].path(), "old.yaml");
    }

    /// Formats the tree as a text, so that a test can compare all of it.
    fn shown(node: &Node, text: &str) -> String {
        let at = &text[node.span.range()];
        match &node.value {
            Value::Null => format!("null@{at:?}"),
            Value::Scalar(scalar) => format!("{scalar:?}@{at:?}"),
            Value::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| shown(item, text)).collect();
                format!("[{}]", items.join(" "))
            }
            Value::Mapping(entries) => {
                let entries =
                    entries.iter().map(|(k, v)| format!("{}: {}", shown(k, text), shown(v, text)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn shown_of(text: &str) -> String {
        shown(&Node::read("test.yaml", text).expect("the test's YAML is readable"), text)
    }

    #[test]
    fn scalar_keeps_its_spelling() {
        let text = "[Yes, 1.50, 010, .inf, 0x1F, on, 99999999999999999999, 1e400, -0]";
        let items: Vec<_> =
            text[1..text.len() - 1].split(", ").map(|item| format!("{item:?}@{item:?}")).collect();
        assert_eq!(shown_of(text), format!("[{}]", items.join(" ")));
    }

    #[test]
    fn quotes_are_removed_and_spans_include_them() {
        assert_eq!(
            shown_of("a: 'R & D'\nb: \"1\\u0031\"\n"),
            r#"{"a"@"a": "R & D"@"'R & D'" "b"@"b": "11"@"\"1\\u0031\""}"#
        );
    }

    #[test]
    fn empty_value_is_null() {
        assert_eq!(shown_of("a:\nb: ~\n"), r#"{"a"@"a": null@"" "b"@"b": null@"~"}"#);
        assert_eq!(shown_of("[null, 'null']"), r#"[null@"null" "null"@"'null'"]"#);
    }

    #[test]
    fn keys_keep_their_spelling_and_may_repeat() {
        assert_eq!(
            shown_of("yes: 1\n010: 2\nyes: 3\n"),
            r#"{"yes"@"yes": "1"@"1" "010"@"010": "2"@"2" "yes"@"yes": "3"@"3"}"#
        );
    }

    #[test]
    fn alias_has_its_own_span_and_the_text_of_its_anchor() {
        assert_eq!(shown_of("a: &x 010\nb: *x\n"), r#"{"a"@"a": "010"@"010" "b"@"b": "010"@"*x"}"#);
    }

    #[test]
    fn spans_are_correct_after_non_ascii_text() {
        assert_eq!(shown_of("नाम: [₹5, 010]"), r#"{"नाम"@"नाम": ["₹5"@"₹5" "010"@"010"]}"#);
    }

    #[test]
    fn nodes_in_an_alias_have_the_span_of_the_alias() {
        assert_eq!(
            shown_of("a: &x [1, {b: 2}]\nc: *x\n"),
            r#"{"a"@"a": ["1"@"1" {"b"@"b": "2"@"2"}] "c"@"c": ["1"@"*x" {"b"@"*x": "2"@"*x"}]}"#
        );
    }

    #[test]
    fn merge_keys_add_only_missing_keys() {
        let read = |yaml| Node::read("test.yaml", yaml).expect("the test's YAML is readable");
        let merged = read("a: &a {x: 1, y: 2}\nb: {y: 3, <<: [*a, {x: 4, z: 5}, ~], w: 6}\n");
        let expected = read("{y: 3, w: 6, x: 1, z: 5}");
        assert_eq!(merged.get("b"), Some(&expected));
        assert_eq!(read("{'<<': {a: 1}}").entries()[0].0.as_str(), Some("<<"));
    }

    #[test]
    fn tag_affects_only_null() {
        assert_eq!(
            shown_of("[!!str ~, !!null x, !!int '5', !own 010]"),
            r#"["~"@"~" null@"x" "5"@"'5'" "010"@"010"]"#
        );
    }

    #[test]
    fn text_larger_than_any_schema_is_an_error() {
        let rule = |yaml: &str| {
            let error = Node::read("test.yaml", yaml).expect_err("beyond any schema");
            error.diagnostics()[0].rule()
        };
        assert_eq!(rule(&"- a\n".repeat(600_000)), "yaml-too-large");
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(rule(&nested(33)), "yaml-too-deep");
        let deep = format!("a: &a {}\nb: {}\n", nested(30), nested(2).replacen("[]", "[*a]", 1));
        assert_eq!(rule(&deep), "yaml-too-deep");
        let long = format!("- &a {}\n{}", "x".repeat(1_000_000), "- *a\n".repeat(9));
        assert_eq!(rule(&long), "yaml-too-large");
        assert_eq!(rule("a: &a [*a]\n"), "yaml-syntax");
    }
}
