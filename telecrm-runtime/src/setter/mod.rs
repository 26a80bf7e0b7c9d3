//! Traits of the types that generated setters accept: one trait for each kind of value.
//!
//! A setter that accepts a type `T` also accepts `Option<T>`: `None` leaves the field unset.
//!
//! For any other type, rustc prints the message of the trait: telecrm's rule and the conversion to write.
//! Therefore each trait is implemented for each type separately. With a blanket implementation over
//! `Into`, rustc would print a message about `From` instead.
//!
//! ```
//! use telecrm_runtime::{phone, to_json};
//! # // A program has `telecrm_runtime::include_workspace!()` here.
//! # mod crm {
//! #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
//! #     pub(crate) type Lead = TestLead;
//! # }
//!
//! let name: Option<String> = None;
//! let lead = crm::Lead::new(phone!("919999999999")).name(name).deal_size(3);
//! assert_eq!(to_json(&lead), r#"{"fields":{"phone":"919999999999","deal_size":3}}"#);
//! ```

mod label;
mod lead;
mod number;
mod text;

pub use label::{
    IntoDropdown, IntoLostReason, IntoOpenDropdown, IntoOpenTags, IntoStatus, IntoTags,
};
pub use lead::{IntoAction, IntoIdentifier};
pub use number::{IntoDate, IntoMoney, IntoNumber, IntoRating};
pub use text::{
    IntoActiveUser, IntoBoundedText, IntoEmail, IntoMediaLink, IntoPhone, IntoText, IntoWebsite,
};
