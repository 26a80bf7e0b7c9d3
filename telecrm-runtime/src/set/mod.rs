//! Setting fields of leads and actions from the text of forms and CSV files.

mod error;

use crate::field_info::{FieldPart, api_names};
use crate::parse_options::ParseOptions;
use crate::slot::Slots;
use crate::suggest;

pub use error::{SetError, SetErrors};

/// Sets one field from text. The generated `set` and `set_with` call this function.
///
/// # Errors
///
/// Returns an error if the field does not exist, or if the text is a placeholder (D44) or does not fit its
/// type. The field is then unchanged.
#[doc(hidden)]
pub fn set(
    target: &mut dyn Slots,
    api_name: &str,
    text: &str,
    options: &ParseOptions,
) -> Result<(), SetError> {
    let set = target.with_slot(api_name, |field, slot| {
        slot.set_text(text, options).map_err(|error| SetError::Value { field, error })
    });
    set.unwrap_or_else(|| Err(unknown(api_name, target.fields())))
}

fn unknown(api_name: &str, fields: &'static [FieldPart]) -> SetError {
    const MAX_NEAREST: usize = 3;

    let names: Vec<_> = api_names(fields).collect();
    let suggestion = suggest::similar(api_name, &names).first().copied();
    let nearest = match suggestion {
        Some(_) => Vec::new(),
        None => suggest::nearest(api_name, &names, MAX_NEAREST),
    };
    SetError::UnknownField { api_name: api_name.to_owned(), suggestion, nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[FieldPart] = &[FieldPart::Phone("phone"), FieldPart::Date("preferred_date")];

    #[test]
    fn d18_unknown_api_name_is_an_error_that_suggests_a_similar_name() {
        for name in ["Preferred Date", "preferredDate", "prefered_date"] {
            let error = unknown(name, FIELDS);
            assert_eq!(
                error.to_string(),
                format!("telecrm has no field `{name}` here; did you mean `preferred_date`?")
            );
            assert_eq!((error.field(), error.id()), (name, "D18"));
        }
        let error = unknown("captcha\n", FIELDS);
        assert_eq!(
            error.to_string(),
            "telecrm has no field `captcha\\n` here; the nearest fields are `phone`, `preferred_date`; \
             add a new field in telecrm, then run `cargo telecrm pull`"
        );
        assert_eq!((error.reason(), error.id()), (None, "D17"));
    }
}
