//! What the setters of generated leads and actions take: one trait per kind of value.
//!
//! Each is implemented type by type. A blanket implementation over `Into` would be shorter, and
//! rustc would then explain `From` instead of telecrm's rule.
//!
//! A typed `Option` is taken wherever its content is: `None` leaves the field unset.

mod labels;
mod lead;
mod numeric;
mod text;

pub use labels::{
    IntoDropdown, IntoLostReason, IntoOpenDropdown, IntoOpenTags, IntoStatus, IntoTags,
};
pub use lead::{IntoAction, IntoIdentifier};
pub use numeric::{IntoDate, IntoMoney, IntoNumber, IntoRating};
pub use text::{
    IntoActiveUser, IntoBoundedText, IntoEmail, IntoMediaLink, IntoNonBlankText, IntoPhone,
    IntoText, IntoWebsite,
};
