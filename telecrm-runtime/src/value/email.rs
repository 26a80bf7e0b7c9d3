//! Email addresses: of leads, and of the workspace's team members.

use std::borrow::Cow;

use super::{Sentence, checked_text};

/// The value of an email field: `local@domain.tld`, a string on the wire (telecrm: Field Types).
///
/// One `@`; before it 1 to 64 letters, digits and ``.!#$%&'*+/=?^_{|}~-` ``, no dot first, last or
/// doubled; behind it at least two labels of 1 to 63 letters, digits and inner `-`; at most 254
/// characters in all. ASCII.
///
/// ```
/// use telecrm_runtime::{Email, email};
///
/// let literal = email!("jane.doe@example.com");
/// let input = "jane.doe@example.com".parse::<Email>()?;
/// assert_eq!(literal, input);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(Cow<'static, str>);

checked_text!([] Email, "email", check_email, "[`email!`](crate::email!)");

/// The value of an active-users field: the email address of a member of the workspace's team, a
/// string on the wire (telecrm: Field Types). The grammar is that of [`Email`]; whether somebody of
/// the team has the address, telecrm alone knows.
///
/// ```
/// use telecrm_runtime::active_user;
///
/// assert_eq!(active_user!("asha@example.com").as_str(), "asha@example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActiveUser(Cow<'static, str>);

checked_text!([] ActiveUser, "active user", check_active_user, "[`active_user!`](crate::active_user!)");

/// What keeps a text from being an address.
#[derive(Clone, Copy)]
enum Fault {
    Empty,
    Blank,
    NoAt,
    ManyAts,
    Local,
    LocalLength,
    Dots,
    Domain,
    DomainLabels,
    Length,
}

macro_rules! sentences {
    ($fault:expr, $kind:literal, $fix:literal) => {
        match $fault {
            Fault::Empty => concat!("not a telecrm ", $kind, ": it is empty; ", $fix),
            Fault::Blank => concat!("not a telecrm ", $kind, ": it has a blank; ", $fix),
            Fault::NoAt => concat!("not a telecrm ", $kind, ": it has no `@`; ", $fix),
            Fault::ManyAts => concat!("not a telecrm ", $kind, ": it has more than one `@`; ", $fix),
            Fault::Local => concat!("not a telecrm ", $kind, ": before the `@` it has a character other than ASCII letters, digits and .!#$%&'*+/=?^_`{|}~-; ", $fix),
            Fault::LocalLength => concat!("not a telecrm ", $kind, ": before the `@` it has none or more than 64 characters; ", $fix),
            Fault::Dots => concat!("not a telecrm ", $kind, ": before the `@` a dot stands first, last or beside another dot; ", $fix),
            Fault::Domain => concat!("not a telecrm ", $kind, ": behind the `@` it has a character other than ASCII letters, digits, dots and inner hyphens; ", $fix),
            Fault::DomainLabels => concat!("not a telecrm ", $kind, ": behind the `@` it needs two or more parts of 1 to 63 characters, parted by single dots; ", $fix),
            Fault::Length => concat!("not a telecrm ", $kind, ": it is longer than 254 characters; ", $fix),
        }
    };
}

const fn check_email(text: &str) -> Result<&str, Sentence> {
    match check(text) {
        Ok(()) => Ok(text),
        Err(fault) => {
            Err(sentences!(fault, "email", "write one address, such as \"jane.doe@example.com\""))
        }
    }
}

const fn check_active_user(text: &str) -> Result<&str, Sentence> {
    match check(text) {
        Ok(()) => Ok(text),
        Err(fault) => Err(sentences!(
            fault,
            "active user",
            "write the team member's email address, such as \"asha@example.com\""
        )),
    }
}

const fn check(text: &str) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    let mut at = None;
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index].is_ascii_whitespace() {
            return Err(Fault::Blank);
        }
        if bytes[index] == b'@' {
            if at.is_some() {
                return Err(Fault::ManyAts);
            }
            at = Some(index);
        }
        index += 1;
    }
    let Some(at) = at else {
        return Err(Fault::NoAt);
    };
    if let Err(fault) = check_local(bytes.split_at(at).0) {
        return Err(fault);
    }
    if let Err(fault) = check_domain(bytes.split_at(at + 1).1) {
        return Err(fault);
    }
    if bytes.len() > 254 {
        return Err(Fault::Length);
    }
    Ok(())
}

const fn check_local(local: &[u8]) -> Result<(), Fault> {
    let mut index = 0;
    while index < local.len() {
        match local[index] {
            b'.' => {
                let first = index == 0;
                let last = index + 1 == local.len();
                if first || last || local[index + 1] == b'.' {
                    return Err(Fault::Dots);
                }
            }
            byte if byte.is_ascii_alphanumeric() => {}
            b'!'
            | b'#'..=b'\''
            | b'*'
            | b'+'
            | b'-'
            | b'/'
            | b'='
            | b'?'
            | b'^'..=b'`'
            | b'{'..=b'~' => {}
            _ => return Err(Fault::Local),
        }
        index += 1;
    }
    if local.is_empty() || local.len() > 64 {
        return Err(Fault::LocalLength);
    }
    Ok(())
}

const fn check_domain(domain: &[u8]) -> Result<(), Fault> {
    let mut labels = 1;
    let mut length = 0;
    let mut index = 0;
    while index < domain.len() {
        match domain[index] {
            b'.' => {
                if length == 0 || length > 63 {
                    return Err(Fault::DomainLabels);
                }
                labels += 1;
                length = 0;
            }
            b'-' => {
                // The label's last character is the domain's last, or stands before a dot.
                let last = index + 1 == domain.len() || domain[index + 1] == b'.';
                if length == 0 || last {
                    return Err(Fault::Domain);
                }
                length += 1;
            }
            byte if byte.is_ascii_alphanumeric() => length += 1,
            _ => return Err(Fault::Domain),
        }
        index += 1;
    }
    if length == 0 || length > 63 || labels < 2 {
        return Err(Fault::DomainLabels);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_are_accepted() {
        for address in [
            "jane.doe@example.com",
            "a@b.co",
            "o'brien+crm@mail-1.example.co.in",
            "1!#$%&'*+/=?^_{|}~-`@9.9",
            "UPPER@EXAMPLE.COM",
        ] {
            assert_eq!(address.parse::<Email>().unwrap().as_str(), address);
            assert!(ActiveUser::try_from(address.to_owned()).is_ok());
        }
        let local = "x".repeat(64);
        let label = "y".repeat(63);
        assert!(Email::try_from(format!("{local}@{label}.com")).is_ok());
    }

    #[test]
    fn d03_a_malformed_email_is_refused_with_the_rule_that_it_breaks() {
        let long_local = format!("{}@example.com", "x".repeat(65));
        let long_label = format!("a@{}.com", "y".repeat(64));
        let label = "y".repeat(63);
        let long = format!("a@{label}.{label}.{label}.{label}");
        for (address, rule) in [
            ("", "it is empty"),
            ("jane doe@example.com", "it has a blank"),
            ("jane@example.com\n", "it has a blank"),
            ("jane.example.com", "it has no `@`"),
            ("jane@@example.com", "it has more than one `@`"),
            ("a@b@example.com", "it has more than one `@`"),
            ("jane(x)@example.com", "before the `@` it has a character"),
            ("jané@example.com", "before the `@` it has a character"),
            ("jane\"@example.com", "before the `@` it has a character"),
            ("jane,@example.com", "before the `@` it has a character"),
            ("jane\\@example.com", "before the `@` it has a character"),
            ("jane\u{7f}@example.com", "before the `@` it has a character"),
            ("@example.com", "before the `@` it has none or more than 64"),
            (&long_local, "before the `@` it has none or more than 64"),
            (".jane@example.com", "before the `@` a dot"),
            ("jane.@example.com", "before the `@` a dot"),
            ("ja..ne@example.com", "before the `@` a dot"),
            ("jane@exa_mple.com", "behind the `@` it has a character"),
            ("jane@-example.com", "behind the `@` it has a character"),
            ("jane@example-.com", "behind the `@` it has a character"),
            ("jane@example.com-", "behind the `@` it has a character"),
            ("jane@例.com", "behind the `@` it has a character"),
            ("jane@example", "behind the `@` it needs two"),
            ("jane@", "behind the `@` it needs two"),
            ("jane@example..com", "behind the `@` it needs two"),
            ("jane@.com", "behind the `@` it needs two"),
            ("jane@example.com.", "behind the `@` it needs two"),
            (&long_label, "behind the `@` it needs two"),
            (&long, "it is longer than 254"),
        ] {
            let error = address.parse::<Email>().expect_err(address);
            assert_eq!(error.kind(), "email");
            let start = format!("not a telecrm email: {rule}");
            assert!(error.to_string().starts_with(&start), "{address}: {error}");
        }
    }

    #[test]
    fn d12_an_active_user_that_is_no_email_is_refused() {
        let error = "Asha".parse::<ActiveUser>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm active user: it has no `@`; write the team member's email address, such as \"asha@example.com\""
        );
        assert_eq!(error.kind(), "active user");
    }
}
