//! [`Schema`] → [`Workspace`]: every check that needs more than one place of the file, and every
//! Rust name. All mistakes of this phase come together.

use super::choices::Choices;
use super::fields::{Offer, Owner, Scopes};
use super::type_name::TypeName;
use super::{Workspace, actions, fields, identifier, pipeline};
use crate::naming::{Scope, Style, reserved};
use crate::report::{Error, Report, Rule, quoted};
use crate::schema::Schema;

/// Checks a schema and decides all names.
pub(crate) fn build(schema: &Schema, report: &mut Report) -> Result<Workspace, Error> {
    if schema.fields.is_empty() {
        report
            .add(Rule::NoFields, schema.fields_span, "the schema has no `customFields`")
            .label("a lead needs at least its identifier")
            .with_help(
                "add the answer of `GET /custom-fields`:\n\ncustomFields:\n  - { apiName: phone, \
                 type: PHONE, isLeadid: true }",
            );
        return Err(report.end_phase().err().unwrap_or_else(|| Error::new(Vec::new())));
    }
    let mut choices = Choices::new(&schema.codegen);
    let identifier = identifier::find(schema, report);

    let pipeline = schema.pipeline.as_ref().map(|pipeline| {
        let of_type = |wanted| -> Vec<&str> {
            let fields = schema.fields.iter();
            let fields = fields.filter(|it| TypeName::read(&it.type_name.value) == Some(wanted));
            fields.map(|it| it.api_name.value.as_str()).collect()
        };
        let statuses = of_type(TypeName::Status);
        let reasons = of_type(TypeName::LostReason);
        pipeline::build(&pipeline.value, &statuses, &reasons, &mut choices, report)
    });
    let offer = Offer {
        pipeline: pipeline.is_some(),
        statuses: pipeline.as_ref().is_some_and(|it| !it.statuses.is_empty()),
        lost_reasons: pipeline.as_ref().is_some_and(|it| !it.lost_reasons.is_empty()),
    };

    let mut types = Scope::new(Style::Camel, &[reserved::OPTION_TYPES, reserved::PRELUDE]);
    let scopes = Scopes {
        fields: Scope::new(Style::Snake, &[reserved::LEAD_FIELDS, reserved::COMMON_METHODS]),
        types: &mut types,
    };
    let (fields, skipped) =
        fields::build(&schema.fields, Owner::Lead, offer, scopes, &mut choices, report);
    let actions = actions::build(&schema.actions, offer, &mut choices, report);
    choices.report_unused(report);

    let position = identifier.and_then(|it| {
        let found = fields.iter().position(|field| field.api_name == it.api_name.value);
        let skipped = skipped.iter().any(|field| field.api_name == it.api_name.value);
        if skipped {
            report
                .add(
                    Rule::IdentifierSkipped,
                    it.api_name.span,
                    format!("the lead identifier {} cannot be skipped", quoted(&it.api_name.value)),
                )
                .label("every lead needs it")
                .with_help("remove it from `codegen.skip`");
        }
        found
    });
    report.end_phase()?;
    // Without an identifier there was an error.
    let Some(identifier) = position else { return Err(Error::new(Vec::new())) };
    Ok(Workspace {
        enterprise_id: schema.enterprise.id.as_ref().map(|id| id.value.clone()),
        enterprise_name: schema.enterprise.name.clone(),
        fields,
        identifier,
        skipped,
        actions,
        pipeline: pipeline.unwrap_or_default(),
        tree: schema.tree.clone(),
    })
}
