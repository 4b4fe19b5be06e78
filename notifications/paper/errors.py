"""Why a letter cannot be put on paper."""

from dataclasses import dataclass

from states.errors import Refusal


@dataclass(eq=False)
class UnprintableCharacters(Refusal):
    code = "unprintable_characters"
    zh = "字体中没有“{characters}”，不能生成纸面件；请将含有这些字的字体放入数据目录的 fonts 文件夹后重试。"
    en = (
        "No font holds “{characters}”, so the paper form cannot be made; put a font that does into the folder "
        "“fonts” of the data folder and try again."
    )
    characters: tuple[str, ...]


@dataclass(eq=False)
class UnusableFont(Refusal):
    code = "unusable_font"
    zh = "{path} 不是可用的字体文件；请换成 TrueType 或 OpenType 字体，或者将其移出该文件夹。"
    en = "{path} is no usable font file; put a TrueType or OpenType font there, or move the file away."
    path: str
