//! Traits of the types that generated setters take: one for each kind of value.
//!
//! Each trait is implemented type by type, and its message is what rustc prints for another type. (A
//! blanket implementation over `Into` would be shorter, and rustc would then explain `From` instead of
//! telecrm's rule.)
//!
//! Every one has the method `into_value`, so that generated setters have one form.
//!
//! A typed `Option` is taken wherever its content is: `None` leaves the field unset.

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
