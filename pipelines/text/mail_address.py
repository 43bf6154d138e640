"""What counts as an e-mail address, for saved searches and for settings."""

from __future__ import annotations

#: The longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3, without the angle brackets).
MAX_ADDRESS_CHARS = 254
#: Under this ending (RFC 2606) only the form of a name counts, as it belongs to nobody.
_NEUTRAL_ENDING = ".example"


def is_address(value: object) -> bool:
    """Tell whether a value can be an e-mail address, of any script.

    It looks at the form alone, and asks no server. Mail servers inside an organisation count too
    (`desk@localhost`, `desk@mail.local`).
    """
    if not isinstance(value, str) or len(value) > MAX_ADDRESS_CHARS:
        return False
    # A mail's header takes no line breaks, and reads “=?” as the beginning of an encoded word.
    if not value.isprintable() or "=?" in value:
        return False
    # Loaded only here: it takes 50 ms, and most commands check no address.
    from email_validator import EmailNotValidError, validate_email

    try:
        # The library turns away localhost and .local as names that the internet does not know, and an
        # installation may have just these. Under a neutral ending it checks everything else of them.
        validate_email(value + _NEUTRAL_ENDING, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
