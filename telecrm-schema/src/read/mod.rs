//! Reader of a schema file: converts YAML nodes into sections with positions.
//!
//! The reader checks only the shape of the file. `check` interprets field types and labels.

mod actions;
mod enterprise;
mod fields;
mod misread;
mod overrides;
mod pipeline;
mod reader;

pub(crate) use self::actions::RawAction;
pub(crate) use self::enterprise::Enterprise;
pub(crate) use self::fields::RawField;
pub(crate) use self::pipeline::RawPipeline;
use self::reader::Reader;
use crate::diagnostic::{Report, Rule, Span, Spanned, quoted};
use crate::schema::Overrides;
use crate::suggest;
use crate::yaml::{self, Node, Value};

/// The whole file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) enterprise: Enterprise,
    pub(crate) fields: Vec<RawField>,
    pub(crate) actions: Vec<RawAction>,
    /// The pipeline with the span of its key.
    pub(crate) pipeline: Option<Spanned<RawPipeline>>,
    pub(crate) overrides: Overrides,
    /// The span of the key `customFields`, or the start of the file if the key is missing.
    pub(crate) fields_span: Span,
    /// The sections with items that could not be read.
    pub(crate) unread: Unread,
}

/// Sections with items that could not be read, so that a missing item may exist in the file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unread {
    pub(crate) fields: bool,
    pub(crate) actions: bool,
    pub(crate) pipeline: bool,
}

impl Unread {
    const ALL: Self = Self { fields: true, actions: true, pipeline: true };
}

/// The sections, in the order in which a schema is usually written.
const SECTIONS: [&str; 5] =
    ["enterprise", "customFields", "customActions", "leadStagePipeline", "codegen"];

/// Reads the text of the report's source. Items with mistakes are reported and omitted.
pub(crate) fn read(report: &mut Report) -> Option<Document> {
    let root = yaml::parse(report)?;
    Some(read_sections(&root, report))
}

fn read_sections(root: &Node, report: &mut Report) -> Document {
    let mut document = Document::default();
    if matches!(root.value, Value::Null) {
        report
            .add(Rule::EmptyFile, Span::default(), "the schema is empty")
            .set_label("no section here")
            .set_help(
                "a schema starts with its fields:\n\ncustomFields:\n  - { apiName: phone, type: PHONE, \
                 isLeadid: true }\n  - { apiName: name, type: TEXT }",
            );
        document.unread = Unread::ALL;
        return document;
    }
    let mut reader = Reader::new(report);
    let sections = reader.mapping(root, "the schema");
    // The second section of a repeated key is not read.
    let mut any_unread = reader.report.has_errors();
    let Some(sections) = sections else {
        document.unread = Unread::ALL;
        return document;
    };
    for (key, value) in sections.entries() {
        let errors = reader.report.error_count();
        match key.value {
            "enterprise" => document.enterprise = enterprise::read(value, &mut reader),
            "customFields" => {
                document.fields_span = key.span;
                document.fields = fields::read_section(value, &mut reader);
                document.unread.fields = reader.report.error_count() > errors;
            }
            "customActions" => {
                document.actions = actions::read_section(value, &mut reader);
                document.unread.actions = reader.report.error_count() > errors;
            }
            "leadStagePipeline" => {
                document.pipeline = pipeline::read_section(value, &mut reader)
                    .map(|pipeline| Spanned { value: pipeline, span: key.span });
                document.unread.pipeline = reader.report.error_count() > errors;
            }
            "codegen" => document.overrides = overrides::read(value, &mut reader),
            unknown => {
                any_unread = true;
                reader
                    .report
                    .add(
                        Rule::UnknownSection,
                        key.span,
                        format!("unknown section {}", quoted(unknown)),
                    )
                    .set_label("not a section of a schema")
                    .set_help(suggest::help(
                        unknown,
                        SECTIONS,
                        format!("the sections are `{}`", SECTIONS.join("`, `")),
                    ));
            }
        }
    }
    if any_unread {
        document.unread = Unread::ALL;
    }
    document
}
