"""Slack's names of emoji: a message's text has the names only, its blocks have the code points as well."""

import re

#: The names that people type most; what is not in here stays as it was typed.
_WORDS = """
 smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 satisfied 😆 joy 😂 rolling_on_the_floor_laughing 🤣 rofl 🤣
 blush 😊 slightly_smiling_face 🙂 wink 😉 relaxed ☺️ heart_eyes 😍 sunglasses 😎 thinking_face 🤔
 neutral_face 😐 confused 😕 disappointed 😞 cry 😢 sob 😭 angry 😠 rage 😡 scream 😱 sweat_smile 😅 sweat 😓
 tired_face 😫 sleeping 😴 upside_down_face 🙃 hugging_face 🤗 face_with_rolling_eyes 🙄
 white_frowning_face ☹️ slightly_frowning_face 🙁 innocent 😇 stuck_out_tongue 😛 grimacing 😬 mask 😷
 exploding_head 🤯 partying_face 🥳 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 pray 🙏
 raised_hands 🙌 muscle 💪 point_up ☝️ point_right 👉 point_left 👈 point_down 👇 crossed_fingers 🤞
 handshake 🤝 shrug 🤷 facepalm 🤦 eyes 👀 heart ❤️ broken_heart 💔 fire 🔥 tada 🎉 100 💯 sparkles ✨ star ⭐
 rocket 🚀 bulb 💡 bug 🐛 warning ⚠️ rotating_light 🚨 boom 💥 zap ⚡ white_check_mark ✅ heavy_check_mark ✔️
 ballot_box_with_check ☑️ x ❌ no_entry ⛔ no_entry_sign 🚫 question ❓ exclamation ❗
 heavy_exclamation_mark ❗ bangbang ‼️ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️
 heavy_plus_sign ➕ information_source ℹ️ mag 🔍 lock 🔒 unlock 🔓 key 🔑 link 🔗 email 📧 phone ☎️ telephone ☎️
 iphone 📱 computer 💻 printer 🖨️ memo 📝 pushpin 📌 paperclip 📎 calendar 📆 hourglass ⌛ stopwatch ⏱️
 alarm_clock ⏰ bell 🔔 ticket 🎫 package 📦 truck 🚚 hammer 🔨 wrench 🔧 gear ⚙️ construction 🚧 coffee ☕ beer 🍺
 pizza 🍕 cake 🍰 gift 🎁 sunny ☀️ cloud ☁️ red_circle 🔴 large_green_circle 🟢 large_yellow_circle 🟡
 large_blue_circle 🔵 one 1️⃣ two 2️⃣ three 3️⃣ robot_face 🤖 see_no_evil 🙈 ghost 👻 moneybag 💰
""".split()
BY_NAME = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
TONES = {"2": "🏻", "3": "🏼", "4": "🏽", "5": "🏾", "6": "🏿"}
NAMED = re.compile(r":([a-z0-9_+'\-]{1,80}):(?::skin-tone-([2-6]):)?")


def replace_names(text):
    """`text` with the emoji for the names in it that we know."""
    return NAMED.sub(_found, text)


def _found(match):
    sign = BY_NAME.get(match[1])
    return match[0] if sign is None else sign + TONES.get(match[2] or "", "")


def sign(element):
    """The emoji of an element of a message's blocks: by its code points, else by its name."""
    points = element.get("unicode")
    if isinstance(points, str) and re.fullmatch(r"[0-9a-fA-F]{2,6}(-[0-9a-fA-F]{2,6}){0,15}", points):
        numbers = [int(point, 16) for point in points.split("-")]
        if all(0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF for number in numbers):
            return "".join(map(chr, numbers))
    name = element.get("name")
    return replace_names(f":{name}:") if isinstance(name, str) and name else ""
