//! What each kind of field is in Rust: its type, the trait that its setter takes, its entry in the
//! schema as data.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{docs, field as field_docs};
use super::ident;
use crate::model::{Field, Kind, Length, Options};

/// Where the enums of a field are, seen from the struct that has it.
#[derive(Clone, Copy)]
pub(super) struct Paths<'p> {
    /// Of the enums that the field's own options became.
    pub(super) own: &'p TokenStream,
    /// Of `Status` and `LostReason`.
    pub(super) pipeline: &'p TokenStream,
}

/// The type of a value of the field.
pub(super) fn value_type(field: &Field, paths: Paths<'_>, is_identifier: bool) -> TokenStream {
    let Paths { own, pipeline } = paths;
    match &field.kind {
        Kind::Text(_) if is_identifier => quote!(telecrm::NonBlankText),
        Kind::Text(length) => {
            let bounded = limits(*length).map(|(min, max)| quote!(BoundedText<#min, #max>));
            let text = bounded.unwrap_or_else(|| quote!(Text));
            quote!(telecrm::#text)
        }
        Kind::Email => quote!(telecrm::Email),
        Kind::Phone => quote!(telecrm::Phone),
        Kind::Number => quote!(telecrm::Number),
        Kind::Date => quote!(telecrm::Date),
        Kind::Dropdown(options) => option_type(options, own),
        Kind::Tags(options) => {
            let option = option_type(options, own);
            quote!(Vec<#option>)
        }
        Kind::Money => quote!(telecrm::Money),
        Kind::Website => quote!(telecrm::Website),
        Kind::MediaLink => quote!(telecrm::MediaLink),
        Kind::ActiveUsers => quote!(telecrm::ActiveUser),
        Kind::Rating => quote!(telecrm::Rating),
        Kind::Status => quote!(#pipeline Status),
        Kind::LostReason => quote!(#pipeline LostReason),
    }
}

fn option_type(options: &Options, own: &TokenStream) -> TokenStream {
    let name = ident(&options.ident);
    if options.open { quote!(telecrm::Open<#own #name>) } else { quote!(#own #name) }
}

/// The trait that the setter takes, and its method.
fn setter_trait(field: &Field, paths: Paths<'_>) -> (TokenStream, TokenStream) {
    let Paths { own, pipeline } = paths;
    let of = |options: &Options| {
        let name = ident(&options.ident);
        quote!(<#own #name>)
    };
    let (name, arguments, method) = match &field.kind {
        Kind::Text(length) => match limits(*length) {
            Some((min, max)) => ("IntoBoundedText", quote!(<#min, #max>), "into_bounded_text"),
            None => ("IntoText", quote!(), "into_text"),
        },
        Kind::Email => ("IntoEmail", quote!(), "into_email"),
        Kind::Phone => ("IntoPhone", quote!(), "into_phone"),
        Kind::Number => ("IntoNumber", quote!(), "into_number"),
        Kind::Date => ("IntoDate", quote!(), "into_date"),
        Kind::Dropdown(it) if it.open => ("IntoOpenDropdown", of(it), "into_open_dropdown"),
        Kind::Dropdown(it) => ("IntoDropdown", of(it), "into_dropdown"),
        Kind::Tags(it) if it.open => ("IntoOpenTags", of(it), "into_open_tags"),
        Kind::Tags(it) => ("IntoTags", of(it), "into_tags"),
        Kind::Money => ("IntoMoney", quote!(), "into_money"),
        Kind::Website => ("IntoWebsite", quote!(), "into_website"),
        Kind::MediaLink => ("IntoMediaLink", quote!(), "into_media_link"),
        Kind::ActiveUsers => ("IntoActiveUser", quote!(), "into_active_user"),
        Kind::Rating => ("IntoRating", quote!(), "into_rating"),
        Kind::Status => ("IntoStatus", quote!(<#pipeline Status>), "into_status"),
        Kind::LostReason => ("IntoLostReason", quote!(<#pipeline LostReason>), "into_lost_reason"),
    };
    let (name, method) = (ident(name), ident(method));
    (quote!(telecrm::#name #arguments), quote!(#method))
}

/// The by-value setter of an optional field.
pub(super) fn setter(field: &Field, paths: Paths<'_>) -> TokenStream {
    let name = ident(&field.ident);
    let (into, method) = setter_trait(field, paths);
    let docs = docs(&field_docs(field, false));
    let alias = alias(field);
    quote! {
        #docs
        #alias
        pub fn #name(mut self, value: impl #into) -> Self {
            self.#name = value.#method();
            self
        }
    }
}

/// rustc suggests a setter by its alias, too: by the API name, where Rust's differs.
pub(super) fn alias(field: &Field) -> TokenStream {
    let api_name = field.api_name.as_str();
    let plain = field.ident.strip_prefix("r#").unwrap_or(&field.ident);
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if api_name == plain || !api_name.chars().all(word) || api_name.is_empty() {
        return TokenStream::new();
    }
    quote!(#[doc(alias = #api_name)])
}

/// The field's entry in the schema as data.
pub(super) fn info(field: &Field, paths: Paths<'_>) -> TokenStream {
    let api_name = &field.api_name;
    let own = paths.own;
    let constructor = ident(match &field.kind {
        Kind::Text(_) => "text",
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Number => "number",
        Kind::Date => "date",
        Kind::Dropdown(_) => "dropdown",
        Kind::Tags(_) => "tags",
        Kind::Money => "money",
        Kind::Website => "website",
        Kind::MediaLink => "media_link",
        Kind::ActiveUsers => "active_users",
        Kind::Rating => "rating",
        Kind::Status => "status",
        Kind::LostReason => "lost_reason",
    });
    let extra = match &field.kind {
        Kind::Text(Length { min: None, max: None }) => quote!(),
        Kind::Text(length) => {
            let (min, max) = (optional(length.min), optional(length.max));
            quote!(.length(#min, #max))
        }
        Kind::Dropdown(options) | Kind::Tags(options) => {
            let name = ident(&options.ident);
            let open = options.open.then(|| quote!(.open()));
            quote!(.options(#own #name::LABELS)#open)
        }
        _ => quote!(),
    };
    let locked = field.lock_after_create.then(|| quote!(.locked()));
    quote! {
        telecrm::FieldInfo::#constructor(#api_name)
            #extra #locked
    }
}

fn optional(limit: Option<u32>) -> TokenStream {
    let limit = limit.map(number);
    limit.map_or_else(|| quote!(None), |limit| quote!(Some(#limit)))
}

fn limits(length: Length) -> Option<(Literal, Literal)> {
    length.bounds().map(|(min, max)| (number(min), number(max)))
}

/// A number with its digits in groups, as a person would write it.
fn number(value: u32) -> Literal {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped.parse().unwrap_or_else(|_| Literal::u32_unsuffixed(value))
}
