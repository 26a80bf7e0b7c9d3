//! A small application: enquiries from a web form become leads in telecrm.
//!
//! What it shows is in `tests/enquiries.rs`: how such an application is tested against a telecrm
//! on loopback, faults included.

/// The types of the demo workspace.
pub mod crm {
    telecrm_runtime::include_workspace!();
}

use std::error::Error;

use telecrm_runtime::{Client, Email, Phone, Receipt, Text};

use crm::{Lead, actions::WebsiteEnquiry, options::ContactSource};

/// What a visitor types into the form.
#[derive(Clone, Debug, Default)]
pub struct Enquiry {
    /// A mobile number, in any spelling.
    pub phone: String,
    /// A name, perhaps empty.
    pub name: String,
    /// An email, perhaps empty.
    pub email: String,
}

/// Makes a lead of it, or says which field cannot be used.
///
/// # Errors
///
/// When the phone or the email is none.
pub fn lead(enquiry: &Enquiry) -> Result<Lead, Box<dyn Error>> {
    let phone = Phone::normalize(&enquiry.phone, "91")?;
    let email = match enquiry.email.trim() {
        "" => None,
        email => Some(email.parse::<Email>()?),
    };
    Ok(Lead::new(phone)
        .name(Text::non_blank(&enquiry.name))
        .email(email)
        .contact_source(ContactSource::Website)
        .action(WebsiteEnquiry::new()))
}

/// Sends it. The client repeats a request that failed, and one that may have been processed it
/// repeats without its actions, so that none stands twice on the lead's timeline: the receipt says
/// which are unconfirmed.
///
/// # Errors
///
/// When the form cannot be used, or telecrm did not take the lead.
pub async fn submit(client: &Client, enquiry: &Enquiry) -> Result<Receipt, Box<dyn Error>> {
    Ok(client.send(&lead(enquiry)?).await?)
}
