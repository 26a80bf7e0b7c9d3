//! What each kind of field is in Rust: its type, the trait that its setter takes, its entry in the
//! schema as data.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, GenericArgument, ImplItem, Lit, LitInt, Path, Stmt, Type};

use super::ast;
use super::docs::{docs, field as field_docs};
use crate::model::{Field, Kind, Length, Options};

/// Where the enums of a field are, seen from the struct that has it.
#[derive(Clone, Copy)]
pub(super) struct Paths<'p> {
    /// The module of the enums that the field's own options became.
    pub(super) own: &'p str,
    /// The module of `Status` and `LostReason`.
    pub(super) pipeline: &'p str,
}

impl Paths<'_> {
    fn own(self, options: &Options) -> Type {
        ast::type_of(ast::path_in(self.own, &options.ident))
    }

    fn pipeline(self, name: &str) -> Type {
        ast::type_of(ast::path_in(self.pipeline, name))
    }
}

/// The type of a value of the field.
pub(super) fn value_type(field: &Field, paths: Paths<'_>, is_identifier: bool) -> Type {
    let name = match &field.kind {
        Kind::Text(_) if is_identifier => "telecrm::NonBlankText",
        Kind::Text(length) => {
            let Some(limits) = limits(*length) else {
                return ast::type_of(ast::path("telecrm::Text"));
            };
            return ast::type_of(ast::with_arguments(ast::path("telecrm::BoundedText"), limits));
        }
        Kind::Email => "telecrm::Email",
        Kind::Phone => "telecrm::Phone",
        Kind::Number => "telecrm::Number",
        Kind::Date => "telecrm::Date",
        Kind::Dropdown(options) => return option_type(options, paths),
        Kind::Tags(options) => return ast::type_with("Vec", option_type(options, paths)),
        Kind::Money => "telecrm::Money",
        Kind::Website => "telecrm::Website",
        Kind::MediaLink => "telecrm::MediaLink",
        Kind::ActiveUsers => "telecrm::ActiveUser",
        Kind::Rating => "telecrm::Rating",
        Kind::Status => return paths.pipeline("Status"),
        Kind::LostReason => return paths.pipeline("LostReason"),
    };
    ast::type_of(ast::path(name))
}

fn option_type(options: &Options, paths: Paths<'_>) -> Type {
    let own = paths.own(options);
    if !options.open {
        return own;
    }
    let open = ast::path("telecrm::Open");
    ast::type_of(ast::with_arguments(open, [GenericArgument::Type(own)]))
}

/// The trait that the setter takes, and its method.
fn setter_trait(field: &Field, paths: Paths<'_>) -> (Path, &'static str) {
    let of = |name, ty| ast::with_arguments(ast::path(name), [GenericArgument::Type(ty)]);
    let (name, method) = match &field.kind {
        Kind::Text(length) => {
            let Some(limits) = limits(*length) else {
                return (ast::path("telecrm::IntoText"), "into_text");
            };
            let bounded = ast::path("telecrm::IntoBoundedText");
            return (ast::with_arguments(bounded, limits), "into_bounded_text");
        }
        Kind::Email => ("telecrm::IntoEmail", "into_email"),
        Kind::Phone => ("telecrm::IntoPhone", "into_phone"),
        Kind::Number => ("telecrm::IntoNumber", "into_number"),
        Kind::Date => ("telecrm::IntoDate", "into_date"),
        Kind::Dropdown(it) if it.open => {
            return (of("telecrm::IntoOpenDropdown", paths.own(it)), "into_open_dropdown");
        }
        Kind::Dropdown(it) => return (of("telecrm::IntoDropdown", paths.own(it)), "into_dropdown"),
        Kind::Tags(it) if it.open => {
            return (of("telecrm::IntoOpenTags", paths.own(it)), "into_open_tags");
        }
        Kind::Tags(it) => return (of("telecrm::IntoTags", paths.own(it)), "into_tags"),
        Kind::Money => ("telecrm::IntoMoney", "into_money"),
        Kind::Website => ("telecrm::IntoWebsite", "into_website"),
        Kind::MediaLink => ("telecrm::IntoMediaLink", "into_media_link"),
        Kind::ActiveUsers => ("telecrm::IntoActiveUser", "into_active_user"),
        Kind::Rating => ("telecrm::IntoRating", "into_rating"),
        Kind::Status => {
            return (of("telecrm::IntoStatus", paths.pipeline("Status")), "into_status");
        }
        Kind::LostReason => {
            let reason = paths.pipeline("LostReason");
            return (of("telecrm::IntoLostReason", reason), "into_lost_reason");
        }
    };
    (ast::path(name), method)
}

/// The trait that the lead's identifier is taken by.
pub(super) fn identifier_trait(identifier: &Field, paths: Paths<'_>) -> Path {
    let value = GenericArgument::Type(value_type(identifier, paths, true));
    ast::with_arguments(ast::path("telecrm::IntoIdentifier"), [value])
}

/// The by-value setter of an optional field.
pub(super) fn setter(field: &Field, paths: Paths<'_>) -> ImplItem {
    let (into, method) = setter_trait(field, paths);
    let mut attrs = docs(&field_docs(field, false));
    attrs.extend(alias(field));
    by_value(attrs, field, into, method)
}

/// `pub fn field(mut self, value: impl into) -> Self { self.field = value.method(); self }`
pub(super) fn by_value(attrs: Vec<Attribute>, field: &Field, into: Path, method: &str) -> ImplItem {
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
pub(super) fn alias(field: &Field) -> Option<Attribute> {
    let api_name = field.api_name.as_str();
    let plain = field.ident.strip_prefix("r#").unwrap_or(&field.ident);
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if api_name == plain || !api_name.chars().all(word) || api_name.is_empty() {
        return None;
    }
    Some(ast::attribute_with("doc", quote::quote!(alias = #api_name)))
}

/// `fn encode`, a line per field.
pub(super) fn encode(attrs: Vec<Attribute>, fields: &[Field]) -> ImplItem {
    let writer = ast::with_arguments(ast::path("telecrm::FieldWriter"), [ast::any_lifetime()]);
    let writer = ast::argument("fields", ast::mut_ref(ast::type_of(writer)));
    let put = |field: &Field| {
        let value = ast::reference(ast::own(&field.ident), None);
        let arguments = [ast::text(&field.api_name), value];
        ast::statement(ast::method_call(ast::name("fields"), "put", arguments))
    };
    let mut puts: Vec<Stmt> = fields.iter().map(put).collect();
    if puts.is_empty() {
        puts.push(ast::unused("fields"));
    }
    let private = syn::Visibility::Inherited;
    ast::function(attrs, private, "encode", [ast::self_ref(), writer], None, puts)
}

/// The field's entry in the schema as data.
pub(super) fn info(field: &Field, paths: Paths<'_>) -> Expr {
    let constructor = match &field.kind {
        Kind::Text(_) => "telecrm::FieldInfo::text",
        Kind::Email => "telecrm::FieldInfo::email",
        Kind::Phone => "telecrm::FieldInfo::phone",
        Kind::Number => "telecrm::FieldInfo::number",
        Kind::Date => "telecrm::FieldInfo::date",
        Kind::Dropdown(_) => "telecrm::FieldInfo::dropdown",
        Kind::Tags(_) => "telecrm::FieldInfo::tags",
        Kind::Money => "telecrm::FieldInfo::money",
        Kind::Website => "telecrm::FieldInfo::website",
        Kind::MediaLink => "telecrm::FieldInfo::media_link",
        Kind::ActiveUsers => "telecrm::FieldInfo::active_users",
        Kind::Rating => "telecrm::FieldInfo::rating",
        Kind::Status => "telecrm::FieldInfo::status",
        Kind::LostReason => "telecrm::FieldInfo::lost_reason",
    };
    let mut info = ast::call(ast::path(constructor), [ast::text(&field.api_name)]);
    match &field.kind {
        Kind::Text(Length { min: None, max: None }) => {}
        Kind::Text(length) => {
            info = ast::method_call(info, "length", [optional(length.min), optional(length.max)]);
        }
        Kind::Dropdown(options) | Kind::Tags(options) => {
            let mut labels = ast::path_in(paths.own, &options.ident);
            labels.segments.push(ast::ident("LABELS").into());
            info = ast::method_call(info, "options", [ast::value(labels)]);
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
