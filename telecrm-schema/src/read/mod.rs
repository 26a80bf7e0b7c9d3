//! Shapes of a schema file: nodes are read into what stands where, with positions.
//!
//! Nothing here knows what a field type is; that is for `check` to say.

mod actions;
mod enterprise;
mod fields;
mod overrides;
mod pipeline;
mod reader;

pub(crate) use self::actions::RawAction;
pub(crate) use self::enterprise::Enterprise;
pub(crate) use self::fields::RawField;
pub(crate) use self::pipeline::RawPipeline;
use self::reader::Reader;
use crate::diagnostic::{Report, Rule, Span, quoted};
use crate::schema::{Overrides, Spanned};
use crate::suggest::nearest;
use crate::yaml::{self, Node, Tree, Value};

/// The whole file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) enterprise: Enterprise,
    pub(crate) fields: Vec<RawField>,
    pub(crate) actions: Vec<RawAction>,
    /// With the place of its key.
    pub(crate) pipeline: Option<Spanned<RawPipeline>>,
    pub(crate) overrides: Overrides,
    /// Where `customFields` stands; the end of the file where it does not.
    pub(crate) fields_span: Span,
    /// The file without its positions.
    pub(crate) tree: Tree,
}

/// The sections, in the order in which a schema is usually written.
const SECTIONS: [&str; 5] =
    ["enterprise", "customFields", "customActions", "leadStagePipeline", "codegen"];

/// Reads the text of the report's source. All mistakes of the file's shape come together, and end
/// the reading.
pub(crate) fn read(report: &mut Report) -> Option<Document> {
    let root = yaml::parse(report)?;
    let mut document = read_sections(&root, report);
    document.tree = Tree::of(&root);
    (!report.has_errors()).then_some(document)
}

fn read_sections(root: &Node, report: &mut Report) -> Document {
    let mut document = Document::default();
    if matches!(root.value, Value::Null) {
        report
            .add(Rule::EmptyFile, Span::default(), "the schema is empty")
            .label("there is no section in it")
            .with_help(
                "a schema starts with its fields:\n\ncustomFields:\n  - { apiName: phone, type: PHONE, \
                 isLeadid: true }\n  - { apiName: name, type: TEXT }",
            );
        return document;
    }
    let mut reader = Reader::new(report);
    let Some(sections) = reader.mapping(root, "the schema") else { return document };
    for (key, value) in sections.entries() {
        match key.value {
            "enterprise" => document.enterprise = enterprise::read(value, &mut reader),
            "customFields" => {
                document.fields_span = key.span;
                document.fields = fields::read_section(value, &mut reader);
            }
            "customActions" => document.actions = actions::read_section(value, &mut reader),
            "leadStagePipeline" => {
                document.pipeline = pipeline::read_section(value, &mut reader)
                    .map(|pipeline| Spanned { value: pipeline, span: key.span });
            }
            "codegen" => document.overrides = overrides::read(value, &mut reader),
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
    document
}
