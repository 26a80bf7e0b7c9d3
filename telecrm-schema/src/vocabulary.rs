//! Vocabularies: the fields and options that every workspace of a program must have.

use crate::diagnostic::{Error, Report, Rule, Source, Spanned, quoted};
use crate::field_type::{FieldType, Label};
use crate::read;

/// Fields and options that a schema must have, in a file of the schema's format.
///
/// A program that serves several workspaces uses the fields of the vocabulary in each of them. The file has
/// one section, `customFields`, and needs no identifier:
///
/// ```
/// use telecrm_schema::{Source, Vocabulary};
///
/// let yaml = "customFields:\n  - { apiName: name, type: TEXT }\n  \
///             - { apiName: source, type: DROPDOWN, options: [Website, Walk-in] }\n";
/// let vocabulary = Vocabulary::read(Source::new("vocabulary.yaml", yaml))?;
/// assert_eq!(vocabulary.fields[1].labels.len(), 2);
/// # Ok::<(), telecrm_schema::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Vocabulary {
    /// The text, to which reports refer.
    pub source: Source,
    /// The fields, in the order of the file.
    pub fields: Vec<RequiredField>,
}

/// A field that a schema must have.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequiredField {
    /// The API name, or the Rust name after `codegen: rename`.
    pub name: Spanned<String>,
    /// The type, without limits and options.
    pub field_type: Spanned<FieldType>,
    /// The labels that a dropdown or tags field must have.
    pub labels: Vec<Label>,
}

impl Vocabulary {
    /// Reads a vocabulary.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake in the text: its shape, an unknown type, or a section other than
    /// `customFields`.
    pub fn read(source: Source) -> Result<Self, Error> {
        let mut report = Report::new(source.clone());
        let document = read::read(&mut report);
        let fields = document.map(|document| {
            if document.fields.is_empty() && !report.has_errors() {
                report
                    .add(
                        Rule::NoFields,
                        document.fields_span,
                        "the vocabulary has no `customFields`",
                    )
                    .set_label("no field is required")
                    .set_help(
                        "list the fields that every schema must have, in the format of the schema",
                    );
            }
            let mut fields = Vec::with_capacity(document.fields.len());
            for raw in document.fields {
                let Some(field_type) = FieldType::parse(&raw.type_name.value) else {
                    report
                        .add(
                            Rule::UnknownFieldType,
                            raw.type_name.span,
                            format!(
                                "the field {} has the unknown type {}",
                                quoted(&raw.api_name.value),
                                quoted(&raw.type_name.value)
                            ),
                        )
                        .set_label("not a type of telecrm")
                        .set_help("write the type that the field has in the schemas");
                    continue;
                };
                let labels = raw.options.map(|options| options.value).unwrap_or_default();
                let field_type = Spanned { value: field_type, span: raw.type_name.span };
                fields.push(RequiredField { name: raw.api_name, field_type, labels });
            }
            fields
        });
        report.finish(fields).map(|(fields, _)| Self { source, fields })
    }
}
