//! Places: line and column of each row's path in one of the two schemas.

use std::collections::HashMap;

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::NamedField;
use telecrm_schema::Span;

/// Where a schema says what a path names.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<String, (usize, usize)>);

impl Places {
    pub(super) fn of(schema: &NamedSchema) -> Self {
        let mut spans: Vec<(String, Span)> = Vec::new();
        fields(&schema.fields, "fields", "options", &mut spans);
        for action in &schema.actions {
            let path = format!("actions.{}", action.schema.code);
            spans.push((path.clone(), action.schema.span));
            let options = format!("options.{}", action.schema.code);
            fields(&action.fields, &format!("{path}.fields"), &options, &mut spans);
        }
        let pipeline = &schema.schema.pipeline;
        for status in &pipeline.statuses {
            spans.push((format!("statuses.{}", status.label.text), status.label.span));
        }
        for reason in &pipeline.lost_reasons {
            spans.push((format!("lostReasons.{}", reason.text), reason.span));
        }
        let source = &schema.schema.source;
        let mut places = HashMap::new();
        for (path, span) in spans {
            places.entry(path).or_insert_with(|| source.position(span.start));
        }
        Self(places)
    }

    /// Line and column of a path, or of the nearest thing around it; the start of the file where
    /// nothing of it is there.
    pub(super) fn find(&self, path: &str) -> (usize, usize) {
        let mut path = path;
        loop {
            if let Some(place) = self.0.get(path) {
                return *place;
            }
            match path.rfind('.') {
                Some(end) => path = &path[..end],
                None => return (1, 1),
            }
        }
    }
}

fn fields(fields: &[NamedField], path: &str, options: &str, spans: &mut Vec<(String, Span)>) {
    for field in fields {
        spans.push((format!("{path}.{}", field.schema.api_name), field.schema.span));
        let list = format!("{options}.{}", field.schema.api_name);
        spans.push((list.clone(), field.schema.span));
        if let Some(named) = &field.options {
            let labels = named.labels.iter();
            spans.extend(labels.map(|it| (format!("{list}.{}", it.schema.text), it.schema.span)));
        }
    }
}
