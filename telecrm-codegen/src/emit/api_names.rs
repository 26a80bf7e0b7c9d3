//! `fields`: constants of the API names of the lead's fields.

use super::field::FieldForm;
use crate::output::{Output, filled};

pub(super) fn emit(forms: &[FieldForm<'_>], out: &mut Output) {
    let names = filled(forms.iter().map(FieldForm::api_name));
    out.macro_call("api_names", &[("fields".to_owned(), names)]);
}
