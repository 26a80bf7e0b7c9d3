//! Field types as the Sync API names them: a small reader of its own, shared with drift detection.

use std::collections::HashMap;

use serde_json::Value;

use crate::field_info::{FieldType, Fields};
use crate::workspace::Workspace;

/// Field types by API name, of leads and of actions.
#[derive(Debug, Default)]
pub(crate) struct FieldTypes {
    pub(crate) identifier: String,
    pub(crate) fields: HashMap<String, FieldType>,
    /// By the action's full code.
    pub(crate) actions: HashMap<String, HashMap<String, FieldType>>,
}

impl FieldTypes {
    pub(crate) fn of_workspace(workspace: &'static Workspace) -> Self {
        let types =
            |fields: Fields| fields.map(|it| (it.api_name().to_owned(), it.field_type())).collect();
        let actions = workspace.actions().iter();
        Self {
            identifier: workspace.identifier().to_owned(),
            fields: types(workspace.fields()),
            actions: actions.map(|it| (it.code().to_owned(), types(it.fields()))).collect(),
        }
    }

    /// From `custom-fields` and `custom-actions`; `None` where no field identifies a lead.
    pub(crate) fn of_documents(metadata: &Value, fields: &Value, actions: &Value) -> Option<Self> {
        let list = fields.get("customFields")?.as_array()?;
        let identifier = identifier(metadata, list)?;
        let actions = actions.get("customActions").and_then(Value::as_array);
        let actions = actions
            .into_iter()
            .flatten()
            .filter_map(|action| Some((text(action, "code")?.to_owned(), schema_types(action))));
        let fields = list.iter().filter_map(|field| {
            Some((text(field, "apiName")?.to_owned(), field_type(text(field, "type")?)?))
        });
        Some(Self { identifier, fields: fields.collect(), actions: actions.collect() })
    }

    pub(crate) fn identifier_type(&self) -> Option<FieldType> {
        self.fields.get(&self.identifier).copied()
    }
}

/// The API name of the field that identifies a lead.
pub(crate) fn identifier(metadata: &Value, fields: &[Value]) -> Option<String> {
    let marked = |field: &&Value| field.get("isLeadid").and_then(Value::as_bool) == Some(true);
    let named = text(metadata, "leadIdentifierFieldId");
    let by_id = |field: &&Value| {
        named.is_some() && (text(field, "id") == named || text(field, "apiName") == named)
    };
    let field = fields.iter().find(marked).or_else(|| fields.iter().find(by_id))?;
    text(field, "apiName").map(str::to_owned)
}

fn schema_types(action: &Value) -> HashMap<String, FieldType> {
    let fields = action.get("fieldSchema").and_then(Value::as_object).into_iter().flatten();
    fields
        .filter_map(|(name, field)| Some((name.clone(), field_type(text(field, "type")?)?)))
        .collect()
}

/// The text under a key.
pub(crate) fn text<'v>(json: &'v Value, key: &str) -> Option<&'v str> {
    json.get(key)?.as_str()
}

/// A type's name without regard to case, `_` and `-`: the spelling of the two-word ones is not
/// documented.
pub(crate) fn field_type(name: &str) -> Option<FieldType> {
    let letters: String = name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).collect();
    Some(match letters.to_ascii_lowercase().as_str() {
        "text" => FieldType::Text,
        "email" => FieldType::Email,
        "phone" => FieldType::Phone,
        "number" => FieldType::Number,
        "date" => FieldType::Date,
        "dropdown" => FieldType::Dropdown,
        "tags" => FieldType::Tags,
        "money" => FieldType::Money,
        "website" => FieldType::Website,
        "medialink" => FieldType::MediaLink,
        "activeusers" | "activeuser" => FieldType::ActiveUsers,
        "rating" => FieldType::Rating,
        "status" => FieldType::Status,
        "lostreason" => FieldType::LostReason,
        _ => return None,
    })
}

/// The labels of a field's options, in either detail mode.
pub(crate) fn option_labels(field: &Value) -> Vec<&str> {
    let options = field.get("options").and_then(Value::as_array).into_iter().flatten();
    options.filter_map(|option| option.as_str().or_else(|| text(option, "label"))).collect()
}
