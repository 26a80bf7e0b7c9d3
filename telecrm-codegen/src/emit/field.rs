//! Fields in Rust: the type, the setter and its trait, by field type.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, GenericArgument, ImplItem, Lit, LitInt, Path, Stmt, Type};
use telecrm_schema::{FieldType, Length};

use super::ast;
use super::docs::{docs, field as field_docs};
use crate::names::NamedField;

/// Where the enums of a field are, seen from the struct that has it.
#[derive(Clone, Copy)]
pub(super) struct Paths<'p> {
    /// The module of the enums that the field's own options became.
    pub(super) own: &'p str,
    /// The module of `Status` and `LostReason`.
    pub(super) pipeline: &'p str,
    /// The module of the types of texts with limits.
    pub(super) texts: &'p str,
}

impl Paths<'_> {
    fn own(self, field: &NamedField) -> Type {
        ast::type_of(self.own_path(field))
    }

    /// The enum of the field's options as text: `options::City`.
    pub(super) fn own_text(self, field: &NamedField) -> String {
        let ident = field.options.as_ref().map_or("", |options| &options.ident);
        format!("{}::{ident}", self.own)
    }

    fn own_path(self, field: &NamedField) -> Path {
        // Every field with options has been named.
        let ident = field.options.as_ref().map_or("", |options| &options.ident);
        ast::path_in(self.own, ident)
    }

    fn pipeline(self, name: &str) -> Type {
        ast::type_of(ast::path_in(self.pipeline, name))
    }
}

/// The type of a value of the field.
pub(super) fn value_type(field: &NamedField, paths: Paths<'_>, is_identifier: bool) -> Type {
    let name = match &field.field_type {
        _ if is_identifier => identifier_type(field),
        FieldType::Text(_) => match &field.text {
            Some(ident) => return ast::type_of(ast::path_in(paths.texts, ident)),
            None => "telecrm::Text",
        },
        FieldType::Email => "telecrm::Email",
        FieldType::Phone => "telecrm::Phone",
        FieldType::Number => "telecrm::Number",
        FieldType::Date => "telecrm::Date",
        FieldType::Dropdown(it) => return option_type(field, it.open, paths),
        FieldType::Tags(it) => return ast::type_with("Vec", option_type(field, it.open, paths)),
        FieldType::Money => "telecrm::Money",
        FieldType::Website => "telecrm::Website",
        FieldType::MediaLink => "telecrm::MediaLink",
        FieldType::ActiveUsers => "telecrm::ActiveUser",
        FieldType::Rating => "telecrm::Rating",
        FieldType::Status => return paths.pipeline("Status"),
        FieldType::LostReason => return paths.pipeline("LostReason"),
    };
    ast::type_of(ast::path(name))
}

/// The type of the value that identifies a lead.
pub(super) fn identifier_type(identifier: &NamedField) -> &'static str {
    match &identifier.field_type {
        FieldType::Email => "telecrm::Email",
        FieldType::Text(_) => "telecrm::NonBlankText",
        _ => "telecrm::Phone",
    }
}

fn option_type(field: &NamedField, open: bool, paths: Paths<'_>) -> Type {
    let own = paths.own(field);
    if !open {
        return own;
    }
    let open = ast::path("telecrm::Open");
    ast::type_of(ast::with_arguments(open, [GenericArgument::Type(own)]))
}

/// The trait that the setter takes, and its method.
fn setter_trait(field: &NamedField, paths: Paths<'_>) -> (Path, &'static str) {
    let of = |name, ty| ast::with_arguments(ast::path(name), [GenericArgument::Type(ty)]);
    let (name, method) = match &field.field_type {
        FieldType::Text(length) => {
            let Some(limits) = limits(*length) else {
                return (ast::path("telecrm::setter::IntoText"), "into_text");
            };
            let bounded = ast::path("telecrm::setter::IntoBoundedText");
            return (ast::with_arguments(bounded, limits), "into_bounded_text");
        }
        FieldType::Email => ("telecrm::setter::IntoEmail", "into_email"),
        FieldType::Phone => ("telecrm::setter::IntoPhone", "into_phone"),
        FieldType::Number => ("telecrm::setter::IntoNumber", "into_number"),
        FieldType::Date => ("telecrm::setter::IntoDate", "into_date"),
        FieldType::Dropdown(it) if it.open => {
            return (
                of("telecrm::setter::IntoOpenDropdown", paths.own(field)),
                "into_open_dropdown",
            );
        }
        FieldType::Dropdown(_) => {
            return (of("telecrm::setter::IntoDropdown", paths.own(field)), "into_dropdown");
        }
        FieldType::Tags(it) if it.open => {
            return (of("telecrm::setter::IntoOpenTags", paths.own(field)), "into_open_tags");
        }
        FieldType::Tags(_) => {
            return (of("telecrm::setter::IntoTags", paths.own(field)), "into_tags");
        }
        FieldType::Money => ("telecrm::setter::IntoMoney", "into_money"),
        FieldType::Website => ("telecrm::setter::IntoWebsite", "into_website"),
        FieldType::MediaLink => ("telecrm::setter::IntoMediaLink", "into_media_link"),
        FieldType::ActiveUsers => ("telecrm::setter::IntoActiveUser", "into_active_user"),
        FieldType::Rating => ("telecrm::setter::IntoRating", "into_rating"),
        FieldType::Status => {
            return (of("telecrm::setter::IntoStatus", paths.pipeline("Status")), "into_status");
        }
        FieldType::LostReason => {
            let reason = paths.pipeline("LostReason");
            return (of("telecrm::setter::IntoLostReason", reason), "into_lost_reason");
        }
    };
    (ast::path(name), method)
}

/// The trait that the lead's identifier is taken by.
pub(super) fn identifier_trait(identifier: &NamedField, paths: Paths<'_>) -> Path {
    let value = GenericArgument::Type(value_type(identifier, paths, true));
    ast::with_arguments(ast::path("telecrm::setter::IntoIdentifier"), [value])
}

/// The by-value setter of an optional field.
pub(super) fn setter(field: &NamedField, paths: Paths<'_>) -> ImplItem {
    let (into, method) = setter_trait(field, paths);
    let mut attrs = docs(&field_docs(field, false));
    attrs.extend(alias(field));
    by_value(attrs, field, into, method)
}

/// `pub fn field(mut self, value: impl into) -> Self { self.field = value.method(); self }`
pub(super) fn by_value(
    attrs: Vec<Attribute>,
    field: &NamedField,
    into: Path,
    method: &str,
) -> ImplItem {
    let converted = ast::method_call(ast::name("value"), method, []);
    ast::function(
        attrs,
        ast::public(),
        &field.ident,
        [
            ast::self_value(Some(<syn::Token![mut]>::default())),
            ast::argument("value", ast::impl_trait(into)),
        ],
        Some(ast::type_of(ast::path("Self"))),
        vec![
            ast::statement(ast::assignment(ast::own(&field.ident), converted)),
            Stmt::Expr(ast::name("self"), None),
        ],
    )
}

/// rustc suggests a setter by its alias, too: by the API name, where Rust's differs.
pub(super) fn alias(field: &NamedField) -> Option<Attribute> {
    let api_name = field.api_name.as_str();
    let plain = field.ident.strip_prefix("r#").unwrap_or(&field.ident);
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if api_name == plain || !api_name.chars().all(word) || api_name.is_empty() {
        return None;
    }
    Some(ast::attribute_with("doc", quote::quote!(alias = #api_name)))
}

/// The limits of a text as options: `None`, `Some(1_000)`.
pub(super) fn limits_of(length: Length) -> [String; 2] {
    [length.min, length.max].map(|limit| match limit {
        None => "None".to_owned(),
        Some(limit) => format!("Some({})", grouped(limit)),
    })
}

pub(super) fn limits(length: Length) -> Option<[GenericArgument; 2]> {
    length.bounds().map(|(min, max)| [min, max].map(|it| GenericArgument::Const(number(it))))
}

fn number(value: u32) -> Expr {
    let lit = Lit::Int(LitInt::new(&grouped(value), Span::call_site()));
    Expr::Lit(ExprLit { attrs: Vec::new(), lit })
}

/// A number with its digits in groups, as a person would write it.
fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}
