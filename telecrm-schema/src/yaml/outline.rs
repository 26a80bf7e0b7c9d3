//! A schema file with the places of what it says, for tools that write it again and keep what people
//! wrote into it. Only YAML is checked here: the schema may be one that generates no code.

use std::ops::Range;

use super::{Node, Tree, Value};
use crate::diagnostic::{Error, Report, Source};

/// A part of a schema file, and where it stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outline {
    /// Its content.
    pub shape: Shape,
    /// Its bytes in the file; those of an alias where it is one. Exact for scalars; of a list or
    /// mapping only the start counts.
    pub range: Range<usize>,
}

/// Content in a place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Bare `null`, `~` or nothing at all.
    Nothing,
    /// A scalar, by its spelling.
    Scalar(String),
    /// A list.
    List(Vec<Outline>),
    /// A mapping, in the order of the file.
    Mapping(Vec<(Outline, Outline)>),
}

impl Outline {
    /// Reads the text of a schema file. `name` is what to call it in a report.
    ///
    /// # Errors
    ///
    /// Where it is not YAML that a schema can be written in.
    pub fn read(name: &str, yaml: &str) -> Result<Self, Error> {
        let mut report = Report::new(Source::new(name, yaml));
        let outline = super::parse(&mut report).map(Self::of);
        report.finish(outline).map(|(outline, _)| outline)
    }

    /// Its content, without the places.
    #[must_use]
    pub fn tree(&self) -> Tree {
        match &self.shape {
            Shape::Nothing => Tree::Nothing,
            Shape::Scalar(text) => Tree::Scalar(text.clone()),
            Shape::List(items) => Tree::List(items.iter().map(Self::tree).collect()),
            Shape::Mapping(entries) => Tree::Mapping(
                entries
                    .iter()
                    .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.tree())))
                    .collect(),
            ),
        }
    }

    /// The text, where this is a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar(text) => Some(text),
            _ => None,
        }
    }

    fn of(node: Node) -> Self {
        let shape = match node.value {
            Value::Null => Shape::Nothing,
            Value::Scalar(text) => Shape::Scalar(text),
            Value::Sequence(items) => Shape::List(items.into_iter().map(Self::of).collect()),
            Value::Mapping(entries) => {
                let entries = entries.into_iter();
                Shape::Mapping(
                    entries.map(|(key, value)| (Self::of(key), Self::of(value))).collect(),
                )
            }
        };
        Self { shape, range: node.span.range() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_generates_nothing_has_an_outline() {
        let yaml = "customFields:\n  - { apiName: agreed, type: CHECKBOX } # why\n";
        let outline = Outline::read("schema.yaml", yaml).expect("it is YAML");
        let Shape::Mapping(sections) = &outline.shape else { panic!("a mapping") };
        assert_eq!(&yaml[sections[0].0.range.clone()], "customFields");
        let Shape::List(fields) = &sections[0].1.shape else { panic!("a list") };
        let Shape::Mapping(field) = &fields[0].shape else { panic!("a mapping") };
        assert_eq!(&yaml[field[1].1.range.clone()], "CHECKBOX");
        let tree = outline.tree();
        let field = &tree.get("customFields").expect("fields").items()[0];
        assert_eq!(field.get("type").and_then(Tree::as_str), Some("CHECKBOX"));
    }

    #[test]
    fn what_is_no_yaml_is_reported() {
        let error = Outline::read("old.yaml", "a: [b\n").expect_err("no end");
        assert_eq!(error.diagnostics()[0].path(), "old.yaml");
    }
}
