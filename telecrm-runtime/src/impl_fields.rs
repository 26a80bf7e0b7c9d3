//! Macro for the common parts of leads and actions: setters, `set`, metadata, field access.
//!
//! Each field is written once, in a line with its documentation. That line contains the bound of the
//! setter, including `impl`, so that rustc shows the line instead of the whole call if an argument does
//! not fit.
//!
//! Operations on all fields use the two lists of `Slots`: encoding, reading, `Clone`, `PartialEq`,
//! `Debug`. rustc checks each of these functions once, and not once for each field.

/// Implements the fields of a generated struct.
///
/// A line starts with a token, not with a repetition: if a repetition can end or continue, rustc copies
/// its previous matches, and the time is quadratic in the number of fields.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_fields {
    (
        $target:ident, $visible:vis, {
            $(
                #$documentation:tt $(#$attribute:tt)*
                $field:ident: $into:ty = $($part:ident $arguments:tt),+;
            )*
        }
    ) => {
        #[allow(
            clippy::disallowed_names,
            clippy::doc_markdown,
            clippy::iter_not_returning_iterator,
            clippy::just_underscores_and_digits,
            clippy::should_implement_trait,
            clippy::too_many_lines,
            clippy::unicode_not_nfc,
            clippy::used_underscore_binding,
            clippy::wrong_self_convention,
            dead_code,
            unreachable_pub,
            reason = "names and descriptions are telecrm's, and one program uses a part of the workspace"
        )]
        impl $target {
            $visible const FIELDS: &'static [$crate::FieldPart] = &[$(
                $($crate::FieldPart::$part $arguments,)+
            )*];

            $(
                #$documentation $(#$attribute)*
                pub fn $field(mut self, value: $into) -> Self {
                    self.$field = value.into_value();
                    self
                }
            )*

            /// Sets the field with this API name from the text of a form or a CSV file.
            ///
            /// The field's type determines the format. Blank text leaves the field unset. Commas
            /// separate tags. `set_with` accepts more formats of phones and dates.
            ///
            /// # Errors
            ///
            /// Returns an error if the field does not exist, or if the text does not fit its type or is
            /// a placeholder such as `{{name}}` (D44). The field is then unchanged.
            pub fn set(
                &mut self,
                api_name: &str,
                text: &str,
            ) -> ::core::result::Result<(), $crate::SetError> {
                self.set_with(api_name, text, &$crate::ParseOptions::new())
            }

            /// Sets the field with this API name from text.
            ///
            /// The options contain a country code for phones and an offset from UTC for dates.
            ///
            /// # Errors
            ///
            /// Returns the same errors as [`set`](Self::set).
            pub fn set_with(
                &mut self,
                api_name: &str,
                text: &str,
                options: &$crate::ParseOptions,
            ) -> ::core::result::Result<(), $crate::SetError> {
                $crate::__private::set(self, api_name, text, options)
            }
        }

        #[allow(
            clippy::too_many_lines,
            clippy::unicode_not_nfc,
            clippy::used_underscore_binding,
            reason = "names are telecrm's"
        )]
        impl $crate::__private::Slots for $target {
            fn fields(&self) -> &'static [$crate::FieldPart] {
                Self::FIELDS
            }

            fn slots(&self, take: &mut dyn ::core::ops::FnMut(&[&dyn $crate::__private::Slot])) {
                take(&[$(&self.$field),*]);
            }

            fn slots_mut(
                &mut self,
                take: &mut dyn ::core::ops::FnMut(&mut [&mut dyn $crate::__private::Slot]),
            ) {
                take(&mut [$(&mut self.$field),*]);
            }
        }
    };
}
