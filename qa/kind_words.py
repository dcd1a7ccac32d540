"""The words by which `qa.kinds` knows people, places, organisations, roles and reasons, in lower case with marks.

Tables, no more; that a word of them also means something else is for `qa.kinds` to weigh.
"""

from __future__ import annotations

import re
from typing import Final

# Behind a `bao nhiêu` that asks of what stands before it: `thất thoát bao nhiêu trong vụ này`.
NOTHING_COUNTED: Final = frozenset(
    "trong cua cho tai o vao tu de moi so la thi va khi sau truoc do voi nghin trieu ty".split()
)
OF_NUMBERS: Final = frozenset("muc so gia ty le con giai doan phan diem cap hang ma phien ban".split())
DIGIT: Final = re.compile("[0-9]")
WORD: Final = re.compile(r"[^\W\d_]+")
TITLE: Final = re.compile(
    r"\b(?:ông|bà|anh|chị|em|cô|chú|bác|cụ|thầy|bé|cháu|đồng chí|đại tá|thượng tá|trung tá|thiếu tá"
    r"|thiếu tướng|trung tướng|đại tướng"
    r"|tướng|bác sĩ|luật sư|ca sĩ|nghệ sĩ|diễn viên|cầu thủ|hlv|nhà văn|nhà thơ|giáo sư|gs|ts|pgs|btv|mc"
    r"|thạc sĩ|tiến sĩ|kỹ sư"
    r"|vua|hoàng đế|nữ hoàng|công chúa|hoàng tử|tổng thống|thủ tướng|bộ trưởng|thứ trưởng|chủ tịch|bí thư|giám đốc)$"
)
SURNAME: Final = re.compile(
    r"(?:nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đinh|đoàn|lâm|mai|trịnh|trương"
    r"|tạ|cao|đào|phùng)\b"
)
PEOPLE: Final = re.compile(
    r"\b(?:người|ông|bà|cha|mẹ|bố|vợ|chồng|con|anh|chị|em|cô|dì|chú|cậu|bạn|thầy|học sinh|sinh viên|nhân viên"
    r"|cán bộ|nhóm|kẻ|vị|các)\b"
)
PLACE: Final = re.compile(
    r"\b(?:tỉnh|huyện|quận|xã|phường|thành phố|tp|thị xã|thị trấn|đường|phố|nước|bản|thôn|làng|khu|đảo"
    r"|quần đảo|núi|sông|hồ|biển|vùng"
    r"|miền|châu|bang|cảng|sân bay|bến|ga|cầu|chợ|hang|đèo|vịnh|công viên|quảng trường|chùa|đền|số|tòa nhà"
    r"|trụ sở|khách sạn|nhà hàng|điện"
    r"|ngã tư|ngã ba|quốc lộ|bệnh viện|trường)\b"
)
ENDS_IN_PLACE: Final = re.compile(rf"{PLACE.pattern}(?<!châu)$")  # Bí thư Lai Châu Lê Văn Lương
# Before a name: what is said of or named after somebody, who does nothing there.
NAMED_AFTER: Final = re.compile(
    r"\b(?:tư tưởng|đạo đức|phong cách|tấm gương|gương|di chúc|thời đại|lăng|bảo tàng|học viện|giải|giải thưởng"
    r"|huân chương|huy chương|quỹ|đoàn thanh niên cộng sản|tncs)$"
)
AT: Final = re.compile(r"(?:\b(?:tại|ở|đến|tới|từ|về|ra|vào|sang|qua|trong|trên|quê|gốc|thuộc|giữa)|,)$")
ORGANISATION: Final = re.compile(
    r"\b(?:công ty|cty|bệnh viện|trường|đại học|đh|thpt|thcs|học viện|sở|bộ|ủy ban|uỷ ban|ubnd|hđnd|công an"
    r"|ngân hàng|tập đoàn|viện|hội"
    r"|ban|cục|tổng cục|tòa án|tand|vks|viện kiểm sát|hãng|quỹ|báo|đảng|đoàn|liên đoàn|hiệp hội|liên minh"
    r"|câu lạc bộ|clb|đội|trung tâm|nhà máy"
    r"|văn phòng|cơ quan|đơn vị|chi cục|thanh tra|phòng|khoa|tổ chức|bộ tư lệnh|quốc hội|chính phủ|liên danh"
    r"|nhà xuất bản|đài)\b"
)
ROLE: Final = re.compile(
    r"\b(?:nguyên |cựu |quyền )?(?:chủ tịch|phó|bí thư|giám đốc|tổng giám đốc|trưởng|bộ trưởng|thứ trưởng"
    r"|thủ tướng|tổng thống|chủ nhiệm"
    r"|hiệu trưởng|viện trưởng|cục trưởng|tổng thư ký|thư ký|tư lệnh|đại biểu|ủy viên|uỷ viên|đại tá|thượng tá"
    r"|trung tá|thiếu tướng"
    r"|trung tướng|đại tướng|đại úy|người phát ngôn|phát ngôn viên|cố vấn|chánh|đại sứ|giáo sư|phó giáo sư"
    r"|tiến sĩ|thạc sĩ|kỹ sư|bác sĩ"
    r"|luật sư|chuyên viên|nhân viên|thanh tra|huấn luyện viên|đội trưởng|tổng bí thư|chủ tịch hđqt|ceo|phụ tá"
    r"|trợ lý|thành viên"
    r"|người đứng đầu|phái viên|ngoại trưởng|tổ trưởng|trung sĩ|hạ sĩ|quản lý|điều phối viên)\b"
)
REASON: Final = re.compile(r"^(?:vì|do|bởi|tại|nhằm|để|nhờ|khiến|nguyên nhân|lý do|tránh|giúp|muốn|sợ)\b")
LEADS_TO_REASON: Final = re.compile(
    r"\b(?:vì|do|bởi|bởi vì|nhằm|để|nhờ|nguyên nhân(?: chính)? là|lý do là|là do|mục đích|xuất phát từ"
    r"|bắt nguồn từ|tại)$"
)
MANNER: Final = re.compile(r"^(?:bằng|theo|qua|thông qua|dùng|cho|bị|một cách|nhờ|đi|dựa)\b")
WHEN: Final = re.compile(
    r"^(?:khi|lúc|sau|trước|trong|ban|mùa|buổi|đêm|sáng|chiều|tối|hôm|ngay|kể từ|từ|dịp|đầu|cuối|giữa|thời)\b"
)
