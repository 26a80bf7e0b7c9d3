//! Reader of the Sync API's field types, shared with drift detection.

use std::collections::HashMap;

use serde_json::Value;

use crate::field_info::{FieldType, Fields};
use crate::workspace::Workspace;

/// Types of the fields of leads and of actions, by API name.
#[derive(Debug, Default)]
pub(crate) struct FieldTypes {
    pub(crate) identifier: String,
    pub(crate) fields: HashMap<String, FieldType>,
    /// The types of each action's fields, by the full code of the action.
    pub(crate) actions: HashMap<String, HashMap<String, FieldType>>,
}

impl FieldTypes {
    pub(crate) fn of_workspace(workspace: &'static Workspace) -> Self {
        let types = |fields: Fields| {
            fields.map(|field| (field.api_name().to_owned(), field.field_type())).collect()
        };
        let actions = workspace.actions().iter();
        Self {
            identifier: workspace.identifier().to_owned(),
            fields: types(workspace.fields()),
            actions: actions
                .map(|action| (action.code().to_owned(), types(action.fields())))
                .collect(),
        }
    }

    /// Reads `custom-fields` and `custom-actions`; `None` if no field identifies a lead.
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

/// Returns the API name of the field that identifies a lead.
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

/// Returns the text of a key.
pub(crate) fn text<'v>(json: &'v Value, key: &str) -> Option<&'v str> {
    json.get(key)?.as_str()
}

/// Returns the type of this name.
///
/// The comparison ignores case, `_`, `-` and spaces, because the spelling of names with two words
/// is not documented.
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

/// Returns the labels of a field's options, in either detail mode.
pub(crate) fn option_labels(field: &Value) -> Vec<&str> {
    let options = field.get("options").and_then(Value::as_array).into_iter().flatten();
    options.filter_map(|option| option.as_str().or_else(|| text(option, "label"))).collect()
}
