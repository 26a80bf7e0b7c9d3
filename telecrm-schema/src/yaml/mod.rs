//! YAML as a tree of positioned nodes, its syntax errors, and the spelling of scalars.

mod indentation;
mod node;
mod spell;
mod yaml_error;

pub use self::node::{Node, Value};
pub use self::spell::{key, scalar};
use crate::diagnostic::{Error, Report, Source};

impl Node {
    /// Reads a text as YAML, for tools that rewrite a schema file: nothing but the syntax is checked.
    /// `name` stands for the path in reports.
    ///
    /// # Errors
    ///
    /// A text that is not YAML, or larger or deeper than any schema.
    pub fn read(name: &str, text: &str) -> Result<Self, Error> {
        let mut report = Report::new(Source::new(name, text));
        let root = parse(&mut report);
        report.finish(root).map(|(root, _)| root)
    }
}

/// Reads the text of the report's source as YAML, with places or without, as the report is.
pub(crate) fn parse(report: &mut Report) -> Option<Node> {
    if !report.has_places() {
        let parsed = node::parse_plain(report.source().text());
        return parsed.map_err(|error| yaml_error::explain(&error, report.with_places())).ok();
    }
    match node::parse(report.source().text()) {
        Ok(node) => {
            indentation::check(&node, report);
            (!report.has_errors()).then_some(node)
        }
        Err(error) => {
            yaml_error::explain(&error, report);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_generates_nothing_is_read_with_its_places() {
        let yaml = "customFields:\n  - { apiName: agreed, type: CHECKBOX, score: 010 } # why\n";
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
    fn nodes_that_say_the_same_are_equal_wherever_they_stand() {
        let read = |yaml| Node::read("schema.yaml", yaml).expect("it is YAML");
        assert_eq!(read("a: [1, {b: c}]"), read("# why\n'a':\n  - \"1\"\n  - b: c\n"));
        assert_ne!(read("a: [1.50]"), read("a: [1.5]"));
        assert_ne!(read("a: ~"), read("a: \"~\""));
    }

    #[test]
    fn a_text_that_is_not_yaml_is_reported() {
        let error = Node::read("old.yaml", "a: [b\n").expect_err("no end");
        assert_eq!(error.diagnostics()[0].path(), "old.yaml");
    }
}
