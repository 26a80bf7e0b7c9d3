//! The rows of the silent-drop catalogue.

use crate::diagnostic::Explanation;

macro_rules! rows {
    ($($variant:ident $id:literal, stopped at $stage:literal, $title:literal;
       what: $what:literal, why: $why:literal, example: $example:literal, fix: $fix:literal;)*) => {
        /// A row of the silent-drop catalogue, or [`Locked`](Self::Locked), which has none.
        ///
        /// Not every row shows in a body: the validator reports some of them, the schema reader,
        /// the client and the outbox stop the others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum DropRule {
            $(#[doc = concat!($id, ": ", $title, ".")] $variant,)*
        }

        impl DropRule {
            /// Every rule, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable id: `D01`, …, or `LOCKED`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Where the mistake is stopped, in the letters of `docs/silent-drops.md`.
            #[must_use]
            pub const fn stopped_at(self) -> &'static str {
                match self { $(Self::$variant => $stage,)* }
            }

            /// The rule's explanation.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                match self {
                    $(Self::$variant => {
                        Explanation::new($id, $title, [$what, $why, $example, $fix])
                    })*
                }
            }
        }
    };
}

rows! {
    WrongType "D01", stopped at "C", "a number where a text is wanted, a text where a number is wanted, or any other wrong JSON type";
        what: "telecrm stores the lead without the field.",
        why: "The answer is 200 and the CRM shows an empty field. Nobody sees the loss before a report is wrong.",
        example: r#"{"fields": {"phone": "919876543210", "deal_size": "1000"}}   # a number field, a JSON string"#,
        fix: "Send the JSON type of the field: numbers and ratings as JSON numbers, tags as an array, everything else as a string. The generated setters accept only the right type.";
    NotFinite "D02", stopped at "C for `f64` passed as it is, V", "NaN or infinity in a number (JSON has neither)";
        what: "Many programs write NaN as `null` or as invalid JSON. The field or the whole body is lost.",
        why: "A division by zero in a report becomes a lead that never arrives.",
        example: "Number::try_from(0.0 / 0.0)",
        fix: "Make numbers with `Number::try_from(f64)`, which returns an error, or leave the field out.";
    MalformedEmail "D03", stopped at "V, L", "malformed email";
        what: "telecrm stores the lead without the email.",
        why: "The address is the only way to reach some leads, and a space around it is enough to lose it.",
        example: r#"{"fields": {"phone": "919876543210", "email": "jane.doe@example.com "}}"#,
        fix: "Trim and check form input: `text.parse::<Email>()` returns an error for an address that is not local@domain.tld.";
    MalformedPhone "D04", stopped at "V, L", "malformed phone (spaces, letters, symbols, too short or long)";
        what: "telecrm drops the field, or the whole lead where the phone is the lead identifier.",
        why: "Phones come from forms and spreadsheets with spaces, dashes and a trunk 0.",
        example: r#"{"fields": {"phone": "+91 98765-43210"}}"#,
        fix: r#"Send digits only, with the country code and perhaps a leading `+`. `Phone::normalize(input, "91")` cleans typed input."#;
    DateFormat "D05", stopped at "C (only instants are accepted)", "a date in a format that the workspace does not use";
        what: "telecrm stores the lead without the date.",
        why: "Text formats depend on a setting of the workspace, which anybody may change.",
        example: r#"{"fields": {"phone": "919876543210", "follow_up_date": "2026-01-31"}}"#,
        fix: "Send whole Unix milliseconds, the one form that no setting changes.";
    UnknownOption "D06", stopped at "C; V when parsed from input", "dropdown label outside the list (telecrm creates it)";
        what: "telecrm creates a new option with this label and stores it.",
        why: "Every typo stays in the workspace as one more option, and filters and reports miss the lead.",
        example: r#"{"fields": {"phone": "919876543210", "contact_source": "website"}}   # the option is `Website`"#,
        fix: "Send a label of the list, with its exact case and spaces. Where other labels are wanted, list the field under `codegen: open`.";
    TagsAsText "D07", stopped at "C", "tags sent as one string";
        what: "telecrm stores the lead without its tags.",
        why: "A string with commas looks like a list to a person, not to telecrm.",
        example: r#"{"fields": {"phone": "919876543210", "interests": "VIP, Returning"}}"#,
        fix: r#"Send an array of labels: `["VIP", "Returning"]`."#;
    UnknownTag "D08", stopped at "C; V when parsed from input", "tag label outside the list (telecrm creates it)";
        what: "telecrm creates a new tag with this label and stores it.",
        why: "Every typo stays in the workspace as one more tag, and filters and reports miss the lead.",
        example: r#"{"fields": {"phone": "919876543210", "interests": ["vip"]}}   # the tag is `VIP`"#,
        fix: "Send labels of the list, with their exact case and spaces, one per item.";
    MoneyAsNumber "D09", stopped at "C", "money as a JSON number, or made from a float";
        what: "telecrm stores the lead without the amount.",
        why: "Money travels as text. Binary floats also change the amount: 0.1 + 0.2 is not 0.3.",
        example: r#"{"fields": {"phone": "919876543210", "budget": 1500.5}}"#,
        fix: r#"Send a numeric string: `"1500.50"`."#;
    MalformedMoney "D10", stopped at "V, L", "money that is not numeric";
        what: "telecrm stores the lead without the amount.",
        why: "Signs of currency and thousands separators come along from forms and spreadsheets.",
        example: r#"{"fields": {"phone": "919876543210", "budget": "₹1,500"}}"#,
        fix: "Send digits, perhaps with `-` in front and `.` with more digits behind, at most 32 characters.";
    MalformedUrl "D11", stopped at "V, L", "malformed URL in a website or medialink";
        what: "telecrm stores the lead without the link.",
        why: "People type addresses without `https://`, and forms pass them on.",
        example: r#"{"fields": {"phone": "919876543210", "website": "www.example.com"}}"#,
        fix: "Send `http://` or `https://`, a host, and no spaces; at most 2,048 ASCII characters.";
    MalformedActiveUser "D12", stopped at "V, L", "an active user that is not an email address";
        what: "telecrm stores the lead without its user, so nobody is assigned.",
        why: "An unassigned lead waits until somebody finds it.",
        example: r#"{"fields": {"phone": "919876543210", "counsellor": "Ravi"}}"#,
        fix: "Send the email address of a team member, as telecrm lists it.";
    RatingOutOfRange "D13", stopped at "C, V", "rating outside 1 to 5";
        what: "telecrm stores the lead without the rating.",
        why: "Scores of other systems run from 0 to 10 or to 100.",
        example: r#"{"fields": {"phone": "919876543210", "rating": 9}}"#,
        fix: "Send one of the JSON numbers 1, 2, 3, 4, 5.";
    UnknownStatus "D14", stopped at "C; V when parsed", "unknown status label";
        what: "telecrm keeps the status that the lead has. No status is created.",
        why: "The lead stays in its stage, and the sales team works on an old picture.",
        example: r#"{"fields": {"phone": "919876543210", "status": "fresh"}}   # the status is `Fresh`"#,
        fix: "Send the label of an active status of the lead stage pipeline, with its exact case.";
    ArchivedStatus "D15", stopped at "C; V when parsed, and the message says that it is archived", "archived status";
        what: "telecrm keeps the status that the lead has.",
        why: "Old leads still show the label, so it looks right.",
        example: r#"{"fields": {"phone": "919876543210", "status": "Old Enquiry"}}   # archived"#,
        fix: "Send an active status. `cargo telecrm pull` keeps the list current.";
    LostReason "D16", stopped at "C; V", "unknown or archived lost reason";
        what: "telecrm stores the lead without the lost reason.",
        why: "Reports on why deals are lost have a gap.",
        example: r#"{"fields": {"phone": "919876543210", "lost_reason": "Too expensive"}}   # the reason is `Price too high`"#,
        fix: "Send the label of an active lost reason, with its exact case.";
    UnknownField "D17", stopped at "C", "a field that the workspace does not define";
        what: "telecrm stores the lead without the field.",
        why: "A renamed or deleted field goes on being sent for months.",
        example: r#"{"fields": {"phone": "919876543210", "shoe_size": 42}}"#,
        fix: "Send fields by the API names of the workspace, or add the field in telecrm and run `cargo telecrm pull`.";
    MisspelledField "D18", stopped at "C, with the right name suggested", "a field's API name in another casing or spelling";
        what: "telecrm stores the lead without the field: API names are case-sensitive.",
        why: "The display name (`Preferred Date`) looks like the API name (`preferred_date`).",
        example: r#"{"fields": {"phone": "919876543210", "Email": "jane.doe@example.com"}}"#,
        fix: "Send the exact API name. The reason names the one that is meant.";
    MissingIdentifier "D19", stopped at "C", "identifier missing";
        what: "telecrm drops the whole lead.",
        why: "Without its identifier telecrm can neither find nor create the lead, and the answer is still 200.",
        example: r#"{"fields": {"name": "Jane Doe"}}   # no phone"#,
        fix: "Send the lead identifier in every body. `Lead::new(…)` takes it as its argument.";
    BlankIdentifier "D20", stopped at "V, L", "identifier empty or blank";
        what: "telecrm drops the whole lead.",
        why: "A form with an optional phone sends an empty string.",
        example: r#"{"fields": {"phone": "", "name": "Jane Doe"}}"#,
        fix: "Make the identifier's field required, and check it before sending.";
    UnprefixedCode "D21", stopped at "S", "custom action code without `ACTION_` in the schema";
        what: "telecrm drops every action that is sent with this code.",
        why: "The Sync API shows the bare code (`1001`), the Async API wants the full one (`ACTION_1001`).",
        example: "customActions:
  - { code: 1001, displayName: Site Visit }",
        fix: "Write the full code into the schema: `code: ACTION_1001`.";
    UnknownAction "D22", stopped at "C", "an action that the workspace does not define, or a bare code";
        what: "telecrm stores the lead without the action.",
        why: "A visit or a call that nobody sees in the timeline did not happen for the sales team.",
        example: r#"{"fields": {"phone": "919876543210"}, "actions": [{"type": "1001"}]}"#,
        fix: "Send `PAYMENT` or the full code of an action of the workspace: `ACTION_1001`.";
    PredefinedAction "D23", stopped at "C", "a predefined type other than PAYMENT (`SYSTEM_NOTE`, `OUTGOING_CALL`)";
        what: "telecrm stores the lead without the action: these types are its own.",
        why: "The documentation lists them, and integrations copy them.",
        example: r#"{"fields": {"phone": "919876543210"}, "actions": [{"type": "SYSTEM_NOTE"}]}"#,
        fix: "Define a custom action in telecrm, such as `Note`, and send its `ACTION_…` code.";
    ActionField "D24", stopped at "C", "a field that the action does not define, or a wrong type in one";
        what: "telecrm appends the action without the field.",
        why: "The timeline shows a visit without its outcome.",
        example: r#"{"type": "ACTION_1001", "fields": {"remark": "Came at noon"}}   # the field is `note`"#,
        fix: "Send the action's own fields, under `fields`, with values of their types.";
    Backdating "D25", stopped at "C", "`created_on` on an action that may not be backdated";
        what: "telecrm appends the action with the time of arrival.",
        why: "An import of old calls shows all of them as made today.",
        example: r#"{"type": "ACTION_1002", "created_on": 1767225600000}"#,
        fix: "Leave `created_on` out, or allow backdating for the action in telecrm.";
    IncompletePayment "D26", stopped at "C", "a payment without status, currency or amount";
        what: "telecrm stores the lead without the payment.",
        why: "Revenue is missing from the CRM.",
        example: r#"{"type": "PAYMENT", "amount": "5000"}"#,
        fix: "Send all three: `status`, `currency` and `amount`.";
    PaymentAmount "D27", stopped at "V, L", "a payment of zero, negative or non-numeric amount";
        what: "telecrm stores the lead without the payment.",
        why: "Payment gateways count in the smallest unit and as numbers, telecrm takes text.",
        example: r#"{"type": "PAYMENT", "status": "COMPLETED", "currency": "INR", "amount": 5000}"#,
        fix: r#"Send a numeric string greater than 0, without sign or separators: `"5000"`."#;
    PaymentWord "D28", stopped at "C; V when parsed", "a payment status or currency that telecrm does not know";
        what: "telecrm stores the lead without the payment.",
        why: "Gateways have their own words (`captured`, `paid`) and more currencies.",
        example: r#"{"type": "PAYMENT", "status": "paid", "currency": "EUR", "amount": "5000"}"#,
        fix: "Send one of telecrm's upper-case words: PENDING, COMPLETED, FAILED, REFUNDED, CANCELLED, PROCESSING; INR, USD, PKR, AED, QAR, SAR, MYR, AUD, CAD, SGD, XOF.";
    StrayKey "D29", stopped at "C (cannot be expressed)", "anything beside `fields` and `actions` at the top of the body";
        what: "telecrm ignores the key and its value.",
        why: "A field beside `fields` looks right in the code that sends it.",
        example: r#"{"fields": {"phone": "919876543210"}, "source": "Website"}"#,
        fix: "Put fields under `fields`, and leave everything else out.";
    TextLength "D30", stopped at "V, L", "text over the field's length limit";
        what: "telecrm stores the lead without the text.",
        why: "A long message from a form is the part of a lead that the sales team reads first.",
        example: r#"{"fields": {"phone": "919876543210", "remark": "… 500 characters …"}}   # maxLength: 200"#,
        fix: "Cut or refuse the text before sending: the generated type counts Unicode characters.";
    TokenOfOtherApi "D31", stopped at "C (two types)", "a Sync token on the Async endpoint, or the reverse";
        what: "telecrm answers 401 to every request.",
        why: "The two tokens look alike in the settings of telecrm.",
        example: "TELECRM_ASYNC_TOKEN=<the Sync token>",
        fix: "Create an Async token for sending and a Sync token for reading. The client's two token types keep them apart.";
    DirtyToken "D32", stopped at "V", "a token with `Bearer `, spaces, quotes or a line break in it, or a placeholder";
        what: "telecrm answers 401 to every request.",
        why: "Tokens are copied with what stands around them, and examples are deployed as they are.",
        example: r#"TELECRM_ASYNC_TOKEN="Bearer eyJhbGciOi…""#,
        fix: "Store the bare token, without quotes. `AsyncToken::parse` returns an error that names what is wrong.";
    OtherWorkspace "D33", stopped at "C; V when sent", "one workspace's action or option on another workspace's lead; a lead sent to another enterprise than its schema names";
        what: "telecrm drops what the other workspace does not define, and creates what it can.",
        why: "Test and production have nearly the same fields.",
        example: "acme_lead.action(globex::actions::SiteVisit::new())",
        fix: "Generate one module for each workspace, and let the schema name its `enterprise.id`: the client refuses a lead of another one.";
    UnexpectedAnswer "D34", stopped at "R", r#"a 200 that is not `{"status":"QUEUED"}`: a login page, a proxy, a redirect"#;
        what: "Nothing is known to be queued.",
        why: "Captive portals, proxies and wrong base URLs answer 200 with a page.",
        example: "HTTP/1.1 200 OK

<html>Sign in</html>",
        fix: "Treat only the documented answer as success, as the client does, and check the base URL.";
    StaleSchema "D35", stopped at "D", "schema older than the workspace";
        what: "Labels and fields that changed in telecrm are sent under their old names.",
        why: "Somebody renames an option in telecrm and nobody tells the developers.",
        example: "the option `Cold Call` was renamed to `Cold call` in telecrm",
        fix: "Run `cargo telecrm pull --check` in CI on a schedule, or `sync::Client::drift` at start-up.";
    ActionSentTwice "D36", stopped at "R (never resent, and reported)", "an action sent twice by a retry after an answer that never came";
        what: "telecrm appends the action again: `actions` is not idempotent.",
        why: "A timeout says nothing about whether the request was processed.",
        example: "retry(|| post(body))   # a loop around the request",
        fix: "Let the client retry: it sends the fields again and the actions never, and reports them as unconfirmed.";
    WrongUnit "D37", stopped at "V when parsed from text; `validate` and the emulator", "an instant in the wrong unit: seconds, or a spreadsheet's serial day";
        what: "telecrm stores a date in January 1970.",
        why: "Most languages count seconds, and spreadsheets count days.",
        example: r#"{"fields": {"phone": "919876543210", "follow_up_date": 1769904000}}   # seconds"#,
        fix: "Send Unix milliseconds: `1769904000000`.";
    DirtyLabel "D38", stopped at "S (warning with the fix; the label is still sent as the file spells it)", "a label whose bytes are not what was meant: spaces around it, line breaks, control or invisible characters, typographic quotes";
        what: "telecrm creates a second option that looks like the first.",
        why: "YAML block scalars end in a line break, and documents copied from a word processor hold typographic quotes.",
        example: "options:
  - |
    Website",
        fix: r#"Write the label on one line, in straight quotes where it needs any: `"Website"`."#;
    PhoneLength "D39", stopped at "V in `Phone::normalize`", "a phone whose normalised length its country code does not allow";
        what: "telecrm stores a number that belongs to nobody or to a stranger.",
        why: "A spreadsheet's decimal (`9876543210.0`) or a country code typed twice looks like a phone.",
        example: r#"Phone::normalize("9876543210.0", "91")"#,
        fix: "Normalise typed input with `Phone::normalize`, and show its error to the person who typed.";
    SharedOutput "D40", stopped at "S", "two workspaces generated into one file: one workspace's types under the other's module";
        what: "One workspace's labels are sent to the other.",
        why: "Both schema files are called `workspace.yaml`, so both outputs are `workspace.rs`.",
        example: r#"compile("acme/workspace.yaml")?; compile("globex/workspace.yaml")?;"#,
        fix: r#"Give each its own name: `Config::new().module_name("acme")`."#;
    NotStored "D41", stopped at "R, by reading back through the Sync API", "a lead that telecrm queued and then did not store, or stored in part";
        what: "The lead is not in telecrm, or lacks some of what was sent.",
        why: "`QUEUED` says nothing about the outcome.",
        example: "client.send(&lead).await?   // and nobody looks whether the lead is there",
        fix: "Read leads back with `sync::Client::verify`.";
    NeverSent "D42", stopped at "R, by the outbox", r#"a lead that never left: the process died between the visitor's "thank you" and the request"#;
        what: "The lead exists nowhere.",
        why: "Deployments, crashes and power cuts happen between two lines of code.",
        example: r#"respond("Thank you!"); client.send(&lead).await?"#,
        fix: "Store the lead first with `telecrm_outbox::Outbox::enqueue`; its worker delivers it.";
    Locked "LOCKED", stopped at "the emulator", "a field with `lockAfterCreate`, sent with another value for a lead that exists already";
        what: "telecrm keeps the stored value.",
        why: "The field can be set only when the lead is created, and no type can know which leads exist.",
        example: r#"{"fields": {"phone": "919876543210", "enquiry_id": "E-2"}}   # the lead exists, with E-1"#,
        fix: "Send the field only with the first body of a lead, or unlock it in telecrm.";
}
