//! What each kind of field is in Rust: its type, the trait that its setter takes, its entry in the
//! schema as data.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, GenericArgument, ImplItem, Lit, LitInt, Path, Stmt, Type};
use telecrm_schema::{Field, FieldType, Length};

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
}

impl Paths<'_> {
    fn own(self, field: &NamedField) -> Type {
        ast::type_of(self.own_path(field))
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
        FieldType::Text(_) if is_identifier => "telecrm::NonBlankText",
        FieldType::Text(length) => {
            let Some(limits) = limits(*length) else {
                return ast::type_of(ast::path("telecrm::Text"));
            };
            return ast::type_of(ast::with_arguments(ast::path("telecrm::BoundedText"), limits));
        }
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
                return (ast::path("telecrm::IntoText"), "into_text");
            };
            let bounded = ast::path("telecrm::IntoBoundedText");
            return (ast::with_arguments(bounded, limits), "into_bounded_text");
        }
        FieldType::Email => ("telecrm::IntoEmail", "into_email"),
        FieldType::Phone => ("telecrm::IntoPhone", "into_phone"),
        FieldType::Number => ("telecrm::IntoNumber", "into_number"),
        FieldType::Date => ("telecrm::IntoDate", "into_date"),
        FieldType::Dropdown(it) if it.open => {
            return (of("telecrm::IntoOpenDropdown", paths.own(field)), "into_open_dropdown");
        }
        FieldType::Dropdown(_) => {
            return (of("telecrm::IntoDropdown", paths.own(field)), "into_dropdown");
        }
        FieldType::Tags(it) if it.open => {
            return (of("telecrm::IntoOpenTags", paths.own(field)), "into_open_tags");
        }
        FieldType::Tags(_) => return (of("telecrm::IntoTags", paths.own(field)), "into_tags"),
        FieldType::Money => ("telecrm::IntoMoney", "into_money"),
        FieldType::Website => ("telecrm::IntoWebsite", "into_website"),
        FieldType::MediaLink => ("telecrm::IntoMediaLink", "into_media_link"),
        FieldType::ActiveUsers => ("telecrm::IntoActiveUser", "into_active_user"),
        FieldType::Rating => ("telecrm::IntoRating", "into_rating"),
        FieldType::Status => {
            return (of("telecrm::IntoStatus", paths.pipeline("Status")), "into_status");
        }
        FieldType::LostReason => {
            let reason = paths.pipeline("LostReason");
            return (of("telecrm::IntoLostReason", reason), "into_lost_reason");
        }
    };
    (ast::path(name), method)
}

/// The trait that the lead's identifier is taken by.
pub(super) fn identifier_trait(identifier: &NamedField, paths: Paths<'_>) -> Path {
    let value = GenericArgument::Type(value_type(identifier, paths, true));
    ast::with_arguments(ast::path("telecrm::IntoIdentifier"), [value])
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

/// `fn encode`, a line per field.
pub(super) fn encode(fields: &[NamedField]) -> ImplItem {
    let writer = ast::with_arguments(ast::path("telecrm::FieldWriter"), [ast::any_lifetime()]);
    let writer = ast::argument("fields", ast::mut_ref(ast::type_of(writer)));
    let put = |field: &NamedField| {
        let value = ast::reference(ast::own(&field.ident), None);
        let arguments = [ast::text(&field.api_name), value];
        ast::statement(ast::method_call(ast::name("fields"), "put", arguments))
    };
    let mut puts: Vec<Stmt> = fields.iter().map(put).collect();
    if puts.is_empty() {
        puts.push(ast::unused("fields"));
    }
    let private = syn::Visibility::Inherited;
    ast::function(Vec::new(), private, "encode", [ast::self_ref(), writer], None, puts)
}

/// The field's entry in the schema as data.
pub(super) fn info(field: &NamedField, paths: Paths<'_>) -> Expr {
    info_with(field, || {
        let mut labels = paths.own_path(field);
        labels.segments.push(ast::ident("LABELS").into());
        ast::value(labels)
    })
}

/// The entry of a field that has no enum of its own.
pub(super) fn unnamed_info(field: &Field) -> Expr {
    let labels = field.options().map_or(&[][..], |options| &options.labels);
    info_with(field, || ast::slice(labels.iter().map(|label| ast::text(&label.text))))
}

fn info_with(field: &Field, labels: impl FnOnce() -> Expr) -> Expr {
    let constructor = match &field.field_type {
        FieldType::Text(_) => "telecrm::FieldInfo::text",
        FieldType::Email => "telecrm::FieldInfo::email",
        FieldType::Phone => "telecrm::FieldInfo::phone",
        FieldType::Number => "telecrm::FieldInfo::number",
        FieldType::Date => "telecrm::FieldInfo::date",
        FieldType::Dropdown(_) => "telecrm::FieldInfo::dropdown",
        FieldType::Tags(_) => "telecrm::FieldInfo::tags",
        FieldType::Money => "telecrm::FieldInfo::money",
        FieldType::Website => "telecrm::FieldInfo::website",
        FieldType::MediaLink => "telecrm::FieldInfo::media_link",
        FieldType::ActiveUsers => "telecrm::FieldInfo::active_users",
        FieldType::Rating => "telecrm::FieldInfo::rating",
        FieldType::Status => "telecrm::FieldInfo::status",
        FieldType::LostReason => "telecrm::FieldInfo::lost_reason",
    };
    let mut info = ast::call(ast::path(constructor), [ast::text(&field.api_name)]);
    match &field.field_type {
        FieldType::Text(Length { min: None, max: None }) => {}
        FieldType::Text(length) => {
            info = ast::method_call(info, "length", [optional(length.min), optional(length.max)]);
        }
        FieldType::Dropdown(options) | FieldType::Tags(options) => {
            info = ast::method_call(info, "options", [labels()]);
            if options.open {
                info = ast::method_call(info, "open", []);
            }
        }
        _ => {}
    }
    if field.lock_after_create { ast::method_call(info, "locked", []) } else { info }
}

fn optional(limit: Option<u32>) -> Expr {
    limit.map_or_else(|| ast::name("None"), |limit| ast::call(ast::path("Some"), [number(limit)]))
}

fn limits(length: Length) -> Option<[GenericArgument; 2]> {
    length.bounds().map(|(min, max)| [min, max].map(|it| GenericArgument::Const(number(it))))
}

/// A number with its digits in groups, as a person would write it.
fn number(value: u32) -> Expr {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    let lit = Lit::Int(LitInt::new(&grouped, Span::call_site()));
    Expr::Lit(ExprLit { attrs: Vec::new(), lit })
}
