//! Macro of what leads and actions have in common: setters, `set`, metadata, and access to every field.
//!
//! Each field stands once, in a line with its documentation. The bound of its setter is a part of that
//! line, with its `impl`: rustc then shows that line, and not the whole call, where an argument does
//! not fit.
//!
//! Whatever is done to every field goes through the two lists of `Slots`: encoding, reading, `Clone`,
//! `PartialEq`, `Debug`. rustc checks each of these functions once, and not once for each field.

/// Implements the fields of a generated struct.
///
/// `$name` and `$initial` are there for leads alone: the constant of the API name, and the value in a
/// new lead. They go to the macro `$then`.
///
/// A line starts with a token, not with a repetition: where a repetition can end or go on with another
/// one, rustc copies all that it has matched so far, and many fields take quadratic time.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_fields {
    (
        $target:ident, $visible:vis, $then:ident($($head:tt)*) {
            $(
                #$documentation:tt $(#$attribute:tt)*
                $field:ident $(($name:ident, $initial:ident))?: $into:ty
                    = $kind:ident($api_name:literal) $(, $part:ident $arguments:tt)*;
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
                $crate::FieldPart::$kind($api_name),
                $($crate::FieldPart::$part $arguments,)*
            )*];

            $(
                #$documentation $(#$attribute)*
                pub fn $field(mut self, value: $into) -> Self {
                    self.$field = value.into_value();
                    self
                }
            )*

            /// Sets the field of this API name from text, as a form or a CSV file has it.
            ///
            /// The text is read by the field's type. Blank text leaves a field unset; tags are
            /// separated by commas. `set_with` reads phones and dates as people type them.
            ///
            /// # Errors
            ///
            /// There is no such field, or the text does not fit its type. Nothing has then changed.
            pub fn set(
                &mut self,
                api_name: &str,
                text: &str,
            ) -> ::core::result::Result<(), $crate::SetError> {
                self.set_with(api_name, text, &$crate::ParseOptions::new())
            }

            /// Sets the field of this API name from text, with a country code for phones and a time
            /// zone for dates.
            ///
            /// # Errors
            ///
            /// As [`set`](Self::set).
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

        $crate::$then! {
            @$target($($head)*)
            names { $($(#[doc = "An API name."] pub const $name: &str = $api_name;)?)* }
            initial { $($($field: $initial,)?)* }
        }
    };
}
