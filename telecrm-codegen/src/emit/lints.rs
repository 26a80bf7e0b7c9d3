//! What lints would say of telecrm's names, allowed at the items that need it and nowhere else.

use proc_macro2::TokenStream;

use crate::names::NamedField;

/// What clippy says of names that start with `_` because telecrm's start with a digit.
pub(super) fn underscores<'n>(names: impl IntoIterator<Item = &'n str>) -> TokenStream {
    if !names.into_iter().any(|name| name.starts_with('_')) {
        return TokenStream::new();
    }
    parsed(UNDERSCORES)
}

/// The attribute of [`underscores`], as text.
const UNDERSCORES: &str = "\
#[allow(
    clippy::pub_underscore_fields,
    clippy::used_underscore_binding,
    clippy::used_underscore_items,
    reason = \"telecrm's name starts with a digit\"
)]";

/// The attribute of [`spellings`], as text.
const SPELLINGS: &str =
    "#[allow(clippy::unicode_not_nfc, reason = \"telecrm's spelling, to the byte\")]";

fn parsed(attribute: &str) -> TokenStream {
    attribute.parse().unwrap_or_default()
}

/// Both attributes where these fields need them, as text for a macro call.
pub(super) fn of_fields(fields: &[NamedField]) -> Vec<&'static str> {
    let underscores = fields.iter().any(|field| field.ident.starts_with('_'));
    let spellings = !wire_names(fields).all(str::is_ascii);
    [underscores.then_some(UNDERSCORES), spellings.then_some(SPELLINGS)]
        .into_iter()
        .flatten()
        .collect()
}

/// What clippy says of text that Unicode could normalise: a label is kept to the byte.
pub(super) fn spellings<'n>(wire: impl IntoIterator<Item = &'n str>) -> TokenStream {
    if wire.into_iter().all(str::is_ascii) {
        return TokenStream::new();
    }
    parsed(SPELLINGS)
}

/// The API names and labels of some fields.
pub(super) fn wire_names(fields: &[NamedField]) -> impl Iterator<Item = &str> {
    fields.iter().flat_map(|field| {
        let labels = field.options.as_ref().map_or(&[][..], |options| &options.labels);
        let labels = labels.iter().map(|label| label.text.as_str());
        labels.chain([field.api_name.as_str()])
    })
}
