//! Fields in generated code: lines of the struct, of the constructor and of the macro calls.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use telecrm_schema::FieldType;

use super::docs::{self, code, doc_lines, docs};
use super::field_type::ListKind;
use super::field_type::{Modules, TypeForm};
use super::ident;
use crate::names::{NamedField, plain};
use crate::output::RUNTIME;

/// A field with its form in generated code.
pub(super) struct FieldForm<'f> {
    field: &'f NamedField,
    of_type: TypeForm,
    is_identifier: bool,
    /// The rule, the description, and the API name if the Rust name differs.
    docs: String,
}

impl<'f> FieldForm<'f> {
    /// The fields of a lead, with the index of its identifier, or of an action.
    pub(super) fn of_fields(
        fields: &'f [NamedField],
        modules: Modules<'_>,
        identifier: Option<usize>,
    ) -> Vec<Self> {
        let forms = fields.iter().enumerate();
        forms.map(|(index, field)| Self::of(field, modules, identifier == Some(index))).collect()
    }

    fn of(field: &'f NamedField, modules: Modules<'_>, is_identifier: bool) -> Self {
        let mut of_type = TypeForm::of(field, modules);
        if is_identifier {
            // A text identifies a lead only if it is not blank.
            let value = if of_type.part == "Text" { "NonBlankText" } else { of_type.part };
            of_type.value = format!("{RUNTIME}::{value}");
            of_type.setter = format!("IntoIdentifier<{}>", of_type.value);
        }
        let schema = &field.schema;
        let mut docs = String::new();
        if plain(&field.ident) != schema.api_name {
            docs = format!("{}: ", code(&schema.api_name));
        }
        docs.push_str(&of_type.rule);
        if is_identifier {
            docs.push_str(" The lead identifier, by which telecrm finds the lead.");
        }
        if let Some(name) = schema.display_name.as_ref().filter(|&name| *name != schema.api_name) {
            let _ = write!(docs, " telecrm shows it as {}.", code(name));
        }
        if schema.lock_after_create {
            docs.push_str(" telecrm accepts it only for a new lead.");
        }
        if let Some(description) = &schema.description {
            docs::append(&mut docs, &docs::prose(description));
        }
        Self { field, of_type, is_identifier, docs }
    }

    pub(super) fn field(&self) -> &'f NamedField {
        self.field
    }

    /// The kind of a list of options.
    pub(super) fn list_kind(&self) -> ListKind {
        if self.of_type.part == "Tags" { ListKind::Tags } else { ListKind::Dropdown }
    }

    /// The call of the setter in an example, if the type has a simple literal.
    pub(super) fn example(&self, crm: &str) -> Option<String> {
        let value = match &self.field.schema.field_type {
            FieldType::Text(length)
                if length.bounds().is_none() && self.field.schema.api_name.contains("name") =>
            {
                "\"Jane Doe\"".to_owned()
            }
            FieldType::Email => format!("{}::email!(\"jane.doe@example.com\")", docs::RUNTIME),
            FieldType::Money => format!("{}::money!(\"45000\")", docs::RUNTIME),
            FieldType::Number => "2".to_owned(),
            FieldType::Rating => format!("{}::Rating::FOUR", docs::RUNTIME),
            FieldType::Dropdown(_) | FieldType::Tags(_) => {
                let options = self.field.options.as_ref()?;
                let label = options.labels.first()?;
                let label = format!("{crm}::options::{}::{}", options.ident, label.ident);
                if self.of_type.part == "Tags" { format!("[{label}]") } else { label }
            }
            _ => return None,
        };
        (!self.is_identifier).then(|| format!(".{}({value})", self.field.ident))
    }

    /// The argument of `Lead::new` in an example.
    pub(super) fn identifier_example(&self) -> String {
        let runtime = docs::RUNTIME;
        match (&self.field.schema.field_type, self.of_type.part) {
            (FieldType::Email, _) => format!("{runtime}::email!(\"jane.doe@example.com\")"),
            (FieldType::Text(length), _) => {
                let (type_name, text) = match length.bounds() {
                    None => ("NonBlankText".to_owned(), "first-lead".to_owned()),
                    Some((min, max)) => {
                        let length = usize::try_from(min.max(1)).unwrap_or(1);
                        (format!("BoundedText<{min}, {max}>"), "a".repeat(length))
                    }
                };
                format!("{runtime}::literal!({runtime}::{type_name}, \"{text}\")")
            }
            _ => format!("{runtime}::phone!(\"919999999999\")"),
        }
    }

    /// The name of the member and of the setter.
    pub(super) fn name(&self) -> &'f str {
        &self.field.ident
    }

    /// The type of a value.
    pub(super) fn value(&self) -> &str {
        &self.of_type.value
    }

    pub(super) fn docs(&self) -> &str {
        &self.docs
    }

    /// The lines in the struct: documentation, then `pub remark: Option<texts::Remark>,`.
    pub(super) fn member(&self) -> impl Iterator<Item = String> {
        let (name, value) = (self.name(), self.value());
        let member = if self.is_identifier {
            format!("pub {name}: {value},")
        } else {
            format!("pub {name}: Option<{value}>,")
        };
        doc_lines(&self.docs).chain([member])
    }

    /// The line in `Lead::new`: `remark: None,`.
    pub(super) fn initial(&self) -> String {
        let name = self.name();
        if self.is_identifier {
            format!("{name}: {name}.into_value(),")
        } else {
            format!("{name}: None,")
        }
    }

    /// The constant of the API name: `REMARK = "remark",`.
    pub(super) fn api_name(&self) -> String {
        format!("{} = {},", self.field.constant(), text(&self.field.schema.api_name))
    }

    /// The type of a text with limits: `pub type Remark = telecrm::BoundedText<0, 200>;`.
    pub(super) fn alias(&self) -> Option<TokenStream> {
        let (name, bounded) = (self.field.text.as_ref()?, self.of_type.bounded.as_ref()?);
        let docs = docs(&format!("{}: {}", code(&self.field.schema.api_name), self.of_type.rule));
        // The types of the table are valid Rust. If not, formatting the item returns the error.
        let (ident, bounded) = (ident(name), bounded.parse::<TokenStream>().unwrap_or_default());
        Some(quote!(#docs pub type #ident = #bounded;))
    }

    /// The lines in the macro call: documentation, attributes, the setter and the field as data.
    ///
    /// `remark: impl telecrm::setter::IntoText = Text("remark"), MaxLength(200);`
    pub(super) fn entry(&self) -> Vec<String> {
        let replaces = if self.is_identifier { "Replaces the identifier.\n\n" } else { "" };
        let mut lines: Vec<String> = doc_lines(replaces).chain(doc_lines(&self.docs)).collect();
        lines.extend(self.alias_attribute());
        let setter =
            format!("{}: impl {RUNTIME}::setter::{}", self.field.ident, self.of_type.setter);
        let parts = self.parts();
        // rustc shows the line of the setter, and cuts off both ends of a long line.
        if setter.len() + parts.len() <= 110 {
            lines.push(format!("{setter} = {parts};"));
        } else {
            lines.push(setter);
            lines.push(format!("    = {parts};"));
        }
        lines
    }

    /// The field as data: `Text("remark"), MaxLength(200)`.
    fn parts(&self) -> String {
        let field = &self.field.schema;
        let mut parts =
            format!("{}({}){}", self.of_type.part, text(&field.api_name), self.of_type.details);
        if let Some(name) = &field.display_name {
            let _ = write!(parts, ", DisplayName({})", text(name));
        }
        if let Some(description) = &field.description {
            let _ = write!(parts, ", Description({})", text(description));
        }
        if field.lock_after_create {
            parts.push_str(", Locked()");
        }
        parts
    }

    /// The API name as a doc alias, so that rustc suggests the setter for it.
    fn alias_attribute(&self) -> Option<String> {
        let api_name = self.field.schema.api_name.as_str();
        let is_word = !api_name.is_empty()
            && api_name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let is_alias = is_word && api_name != plain(&self.field.ident);
        is_alias.then(|| format!("#[doc(alias = {})]", text(api_name)))
    }
}

/// A string literal.
pub(super) fn text(text: &str) -> String {
    Literal::string(text).to_string()
}
