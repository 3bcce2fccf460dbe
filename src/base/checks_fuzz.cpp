// Identifiers: normal forms are stable, and a mask never shows a valid number whole.

#include <cstdlib>

#include "base/checks.h"
#include "base/crypto.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace base;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)crypto::from_base64(text);
    (void)crypto::from_base32(text);
    (void)crypto::from_hex(text);
    (void)crypto::field_key_id(text);
    if (!text::valid_utf8(text))
        return 0;

    const auto card = checks::normalise_id_card(text);
    if (!checks::id_card(card) && checks::mask_id_card(card) == card)
        std::abort();
    (void)checks::id_card_facts(card);
    (void)checks::id_card_from_15(card);
    const auto phone = checks::normalise_phone(text);
    if (!checks::phone(phone) &&
        (checks::mask_phone(phone) == phone || checks::normalise_phone(phone) != phone))
        std::abort();
    (void)checks::credit_code(checks::normalise_credit_code(text));
    (void)checks::region(text);
    for (const auto mask : {checks::mask_name, checks::mask_address, checks::mask_text, checks::mask_tail,
             checks::mask_email, checks::mask_plate, checks::mask_numbers_in}) {
        if (!text::valid_utf8(mask(text)))
            std::abort();
    }
    return 0;
}
