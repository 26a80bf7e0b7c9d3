//! What the schema file says, with positions: file → `node` tree → `Schema`.
//!
//! Nothing here knows what a field type is or how a name looks in Rust; that is the
//! `model`'s. Here are shapes: which keys there are, what stands in them.

mod actions;
mod codegen;
mod enterprise;
mod fields;
mod node;
mod pipeline;
mod reader;
mod syntax;
mod tree;

pub(crate) use self::actions::Action;
pub(crate) use self::codegen::{Codegen, Entry};
pub(crate) use self::enterprise::Enterprise;
pub(crate) use self::fields::{Field, Label};
pub(crate) use self::pipeline::{Pipeline, StageType};

pub(crate) use self::node::{Node, Value};
use self::reader::Reader;
use crate::near::nearest;
use crate::report::{Error, Report, Rule, Span, quoted};

/// A value and the place where the file says it.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The whole file.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) enterprise: Enterprise,
    pub(crate) fields: Vec<Field>,
    pub(crate) actions: Vec<Action>,
    /// With the place of its key.
    pub(crate) pipeline: Option<At<Pipeline>>,
    pub(crate) codegen: Codegen,
    /// Where `customFields` stands; the end of the file where it does not.
    pub(crate) fields_span: Span,
    /// The file without its positions.
    pub(crate) tree: crate::model::Tree,
}

/// The sections, in the order in which a schema is usually written.
const SECTIONS: [&str; 5] =
    ["enterprise", "customFields", "customActions", "leadStagePipeline", "codegen"];

/// Reads the text of the report's source as YAML, and no more.
pub(crate) fn parse(report: &mut Report) -> Result<Node, Error> {
    let parsed = node::parse(report.source().text());
    parsed.or_else(|error| {
        syntax::explain(&error, report);
        report.end_phase()?;
        Ok(Node { value: Value::Null, span: Span::default() })
    })
}

/// Reads the text of the report's source. All mistakes of the file's shape come together.
pub(crate) fn read(report: &mut Report) -> Result<Schema, Error> {
    let root = parse(report)?;
    let mut schema = read_sections(&root, report);
    schema.tree = tree::of(&root);
    report.end_phase()?;
    Ok(schema)
}

fn read_sections(root: &Node, report: &mut Report) -> Schema {
    let mut schema = Schema::default();
    if matches!(root.value, Value::Null) {
        report
            .add(Rule::EmptyFile, Span::default(), "the schema is empty")
            .label("there is no section in it")
            .with_help(
                "a schema starts with its fields:\n\ncustomFields:\n  - { apiName: phone, type: PHONE, \
                 isLeadid: true }\n  - { apiName: name, type: TEXT }",
            );
        return schema;
    }
    let mut reader = Reader::new(report);
    let Some(sections) = reader.mapping(root, "the schema") else { return schema };
    for (key, value) in sections.entries() {
        match key.value {
            "enterprise" => schema.enterprise = enterprise::read(value, &mut reader),
            "customFields" => {
                schema.fields_span = key.span;
                schema.fields = fields::read_section(value, &mut reader);
            }
            "customActions" => schema.actions = actions::read_section(value, &mut reader),
            "leadStagePipeline" => {
                schema.pipeline = pipeline::read_section(value, &mut reader)
                    .map(|pipeline| At { value: pipeline, span: key.span });
            }
            "codegen" => schema.codegen = codegen::read(value, &mut reader),
            unknown => {
                let near = nearest(unknown, SECTIONS);
                let diagnostic = reader.report.add(
                    Rule::UnknownSection,
                    key.span,
                    format!("a schema has no section {}", quoted(unknown)),
                );
                diagnostic.label("unknown section");
                diagnostic.with_help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its sections are `{}`", SECTIONS.join("`, `")),
                });
            }
        }
    }
    schema
}
